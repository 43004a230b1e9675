#!/usr/bin/env node
import { isatty } from 'node:tty';
import type { Run } from './cli/command.ts';
import { addCompletionCommand } from './cli/completion.ts';
import { exitCodes, failureOf, failureText, faultOf } from './cli/failure.ts';
import { createOutput } from './cli/output/output.ts';
import { createProgram } from './cli/program.ts';
import { throwUsageErrors, wasHelpWanted } from './cli/usage.ts';
import { version } from './cli/version.ts';
import { systemClock } from './shared/clock.ts';
import { connect } from './cli/connection/connect.ts';
import { addOperatorCommands } from './cli/commands/operator.ts';
import { startProgressBar } from './shared/progress-bar.ts';

const { argv, env, stdout, stderr } = process;
/** Looked for here, since an error in the arguments keeps them from being read as options. */
const asJson = argv.includes('--json');

const print = (text: string) => stdout.write(text);
const explain = (text: string) => stderr.write(text);
const setting = (name: string) => (env[name]?.trim() === '' ? undefined : env[name]);

const run: Run = async ({ json = false, mayMakeDatabase = false }, work) => {
  const output = createOutput({
    asJson: json,
    isColoured: isColoured(),
    print,
    explain,
    startProgress: (label, total) => startProgressBar({ label, total }),
  });
  const { client, place, close } = await connect({
    environment: env,
    clock: systemClock,
    mayMakeDatabase,
    notice: output.notice,
  });
  try {
    await work({
      client,
      place,
      output,
      defaults: {
        agent: setting('SHARK_AGENT_TYPE') ?? setting('USER'),
        agentType: setting('SHARK_AGENT_TYPE'),
      },
      get signal() {
        const ended = new AbortController();
        whenStopped(() => ended.abort());
        return ended.signal;
      },
      now: systemClock.now,
    });
  } finally {
    await close();
  }
};

function whenStopped(onStop: (signal: string) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => onStop(signal));
}

function isColoured(): boolean {
  // Not isTTY, which is undefined of a pipe: whoever draws would be left to guess.
  return isatty(stdout.fd) && setting('NO_COLOR') === undefined && env.TERM !== 'dumb';
}

async function main(): Promise<void> {
  const program = createProgram(version(), run);
  addOperatorCommands(program, {
    environment: env,
    clock: systemClock,
    print: (line) => print(`${line}\n`),
    explain: (line) => explain(`${line}\n`),
    whenStopped,
  });
  throwUsageErrors(program);
  // It reads its arguments with commands of its own, which take over from the program how errors are told.
  addCompletionCommand(program);
  await program.parseAsync(argv);
}

// Whoever reads only the beginning, as `head` does, has what they want.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
  // What was asked for may be done already: 1 would say that it was refused.
  explain(`Error: The answer cannot be written: ${error.message}\n`);
  process.exit(exitCodes.unable);
});
// Where nobody can read what is explained, it still ends with the code that says it.
stderr.on('error', () => {});

main().catch((error: unknown) => {
  if (wasHelpWanted(error)) return;
  const failure = failureOf(error) ?? (asJson ? faultOf(error) : undefined);
  if (failure === undefined) console.error(error);
  else explain(`${failureText(failure, { asJson })}\n`);
  process.exitCode = failure?.exitCode ?? exitCodes.unable;
});
