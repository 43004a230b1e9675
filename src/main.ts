import { isatty } from 'node:tty';
import { exitCodes } from './cli/failure.ts';
import { runCommandLine } from './cli/run-command-line.ts';
import { systemClock } from './shared/clock.ts';
import { startProgressBar } from './shared/progress-bar.ts';

const { argv, env, stdout, stderr } = process;

// A program such as `head` closes the pipe early. This is not an error.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
  // Do not use exit code 1, which means that the command was rejected. This command may have made a change.
  stderr.write(`Error: The output cannot be written: ${error.message}\n`);
  process.exit(exitCodes.unable);
});
// Ignore errors on standard error: the exit code says what happened.
stderr.on('error', () => {});

// The build makes a script of this file. Unlike a module, a script cannot wait at its top level.
void run();

async function run(): Promise<void> {
  process.exitCode = await runCommandLine({
    args: argv.slice(2),
    environment: env,
    clock: systemClock,
    print: (text) => stdout.write(text),
    explain: (text) => stderr.write(text),
    // Use `isatty`, because `stdout.isTTY` is undefined for a pipe.
    isTerminal: isatty(stdout.fd),
    startProgress: startProgressBar,
    whenStopped(onStop) {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => onStop(signal));
    },
  });
}
