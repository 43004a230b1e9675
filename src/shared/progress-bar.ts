import { SingleBar } from 'cli-progress';

/** Shows the progress of a long operation. */
export interface ProgressBar {
  advance(by: number): void;
  stop(): void;
}

export interface ProgressBarOptions {
  label: string;
  total: number;
  /** Default: standard error. */
  stream?: NodeJS.WritableStream;
}

/** Draws a bar on a terminal; otherwise, for example in a log, writes a line every five seconds. */
export function startProgressBar({ label, total, stream = process.stderr }: ProgressBarOptions): ProgressBar {
  // If the total is zero, the percentage and the remaining time cannot be computed.
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
