import { SingleBar } from 'cli-progress';

/** Shows the progress of a long operation. */
export interface ProgressBar {
  advance(by: number): void;
  stop(): void;
}

export interface ProgressBarOptions {
  label: string;
  total: number;
  /** Where the progress bar is written. Default: standard error. */
  stream?: NodeJS.WritableStream;
}

/** Returns a progress bar that shows nothing. */
export function noProgressBar(): ProgressBar {
  return { advance() {}, stop() {} };
}

/** Starts a progress bar on a terminal. On another stream, writes a line every five seconds. */
export function startProgressBar({ label, total, stream = process.stderr }: ProgressBarOptions): ProgressBar {
  // Without a total, the percentage cannot be computed. A wrong server can send something else than a number.
  if (!Number.isSafeInteger(total) || total <= 0) return noProgressBar();
  const bar = new SingleBar({
    stream,
    format: `${label} {bar} {percentage}%  {value} of {total}, {eta_formatted} left`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    // Otherwise, the library takes the first signal for itself, and the program goes on.
    gracefulExit: false,
    noTTYOutput: true,
    notTTYSchedule: 5_000,
  });
  // Show the cursor again when the program exits in the middle.
  const stop = () => bar.stop();
  process.once('exit', stop);
  bar.start(total, 0);
  return {
    advance: (by) => bar.increment(by),
    stop() {
      process.off('exit', stop);
      stop();
    },
  };
}
