#!/usr/bin/env node
import { isatty } from 'node:tty';
import { exitCodes } from './cli/failure.ts';
import { runCommandLine } from './cli/run-command-line.ts';
import { systemClock } from './shared/clock.ts';
import { startProgressBar } from './shared/progress-bar.ts';

const { argv, env, stdout, stderr } = process;

// A reader that closes the pipe early, as `head` does, has read what it needs.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
  // The change may be made already, so exit code 1, which means rejected, would be wrong.
  stderr.write(`Error: The output cannot be written: ${error.message}\n`);
  process.exit(exitCodes.unable);
});
// When standard error cannot be written, the exit code still says what happened.
stderr.on('error', () => {});

process.exitCode = await runCommandLine({
  args: argv.slice(2),
  environment: env,
  clock: systemClock,
  print: (text) => stdout.write(text),
  explain: (text) => stderr.write(text),
  // isTTY is undefined for a pipe.
  isTerminal: isatty(stdout.fd),
  startProgress: startProgressBar,
  whenStopped(onStop) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => onStop(signal));
  },
});
