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

/** Starts a progress bar on a terminal. On another stream, writes a line every five seconds. */
export function startProgressBar({ label, total, stream = process.stderr }: ProgressBarOptions): ProgressBar {
  // Show no progress bar for a total of zero: the percentage cannot be computed.
  if (total === 0) return { advance() {}, stop() {} };
  const bar = new SingleBar({
    stream,
    format: `${label} {bar} {percentage}%  {value} of {total}, {eta_formatted} left`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 5_000,
  });
  bar.start(total, 0);
  return { advance: (by) => bar.increment(by), stop: () => bar.stop() };
}
