import { constants } from 'node:os';
import { isatty } from 'node:tty';
import { exitCodes } from './cli/failure.ts';
import { runCommandLine } from './cli/run-command-line.ts';
import { systemClock } from './shared/clock.ts';
import { fileErrorReason } from './shared/files/file-error.ts';
import { noProgressBar, startProgressBar } from './shared/progress-bar.ts';

const { argv, env, stdout, stderr } = process;

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whether the whole output matters. The readers of other output may stop early. */
let isOutputAFile = false;

stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A program such as `head` closes the pipe early. This is not an error.
  if (error.code === 'EPIPE' && !isOutputAFile) process.exit(exitCodes.done);
  // Do not use exit code 1, which means that the command was rejected. This command may have made a change.
  stderr.write(`Error: The output cannot be written: ${fileErrorReason(error)}\n`);
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
    printFile(bytes) {
      isOutputAFile = true;
      return new Promise((resolve) => stdout.write(bytes, () => resolve()));
    },
    explain: (text) => stderr.write(text),
    // Use `isatty`, because `stdout.isTTY` is undefined for a pipe.
    isTerminal: isatty(stdout.fd),
    // Progress is for a person who watches, not for a log.
    startProgress: isatty(stderr.fd) ? startProgressBar : noProgressBar,
    standardInput: { isTerminal: isatty(0), read: () => process.stdin },
    whenStopped(onStop) {
      let isStopping = false;
      const onSignal = (signal: NodeJS.Signals) => {
        if (isStopping) exitAfter(signal);
        isStopping = true;
        onStop(signal);
      };
      for (const signal of stopSignals) process.on(signal, onSignal);
      return {
        ignore() {
          for (const signal of stopSignals) process.off(signal, onSignal);
        },
      };
    },
    exitAfter,
  });
}

function exitAfter(signal: NodeJS.Signals): void {
  process.exit(128 + constants.signals[signal]);
}
