#!/usr/bin/env node
import { isatty } from 'node:tty';
import { exitCodes } from './cli/failure.ts';
import { runCommandLine } from './cli/run-command-line.ts';
import { systemClock } from './shared/clock.ts';
import { startProgressBar } from './shared/progress-bar.ts';

const { argv, env, stdout, stderr } = process;

// If the reader closes the pipe early, as `head` does, it has read what it needs.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
  // The command may already have made a change, so exit code 1, which means rejected, would be wrong.
  stderr.write(`Error: The output cannot be written: ${error.message}\n`);
  process.exit(exitCodes.unable);
});
// Ignore errors of standard error: the exit code still says what happened.
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
