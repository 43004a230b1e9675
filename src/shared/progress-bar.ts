import { SingleBar } from 'cli-progress';

/** How far a long piece of work is, on standard error. */
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

/** A bar on a terminal; where nobody watches, for example in a log, a line every few seconds. */
export function startProgressBar({ label, total, stream = process.stderr }: ProgressBarOptions): ProgressBar {
  // Of nothing there is no percentage, and no time left.
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
