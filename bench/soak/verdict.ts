/** Measurements of the server at one moment under load. */
export interface Sample {
  atMs: number;
  heldBytes: number;
  residentBytes: number;
  /** The 99th percentile of the delay of the event loop since the previous sample. */
  eventLoopP99Ms: number;
}

/** Resources of the server without load. */
export interface IdleResources {
  openFiles: number;
  threads: number;
}

export interface SoakResult {
  samples: readonly Sample[];
  before: IdleResources;
  after: IdleResources;
  /** Lines of the server's log. */
  logged: readonly string[];
  /** Unexpected responses, lost or repeated events, contradictions in the database. */
  findings: readonly string[];
}

/** One check and its result. */
export interface Finding {
  what: string;
  measured: string;
  promise: string;
  isBroken: boolean;
}

const megabyte = 1_024 * 1_024;
const minuteMs = 60_000;
/** The first third is ignored: the server is still being compiled and fills its caches. */
const warmUp = 1 / 3;
/** High for the event loop, because the load runs on the same machine and each sample forces garbage collection. */
const limits = { heldGrowth: 12, residentGrowth: 60, eventLoopP99Ms: 100, files: 2 };

/** Checks each limit. */
export function verdict({ samples, before, after, logged, findings }: SoakResult): Finding[] {
  const counted = samples.slice(Math.floor(samples.length * warmUp));
  const held = growth(counted, ({ heldBytes }) => heldBytes);
  const resident = growth(counted, ({ residentBytes }) => residentBytes);
  const delayMs = median(counted.map(({ eventLoopP99Ms }) => eventLoopP99Ms));
  const errors = logged.filter(isError);
  return [
    {
      what: 'memory held after collection',
      measured: inWords(held),
      promise: `grows by at most ${limits.heldGrowth} MB`,
      isBroken: !(held.total <= limits.heldGrowth),
    },
    {
      what: 'resident memory',
      measured: inWords(resident),
      promise: `grows by at most ${limits.residentGrowth} MB`,
      isBroken: !(resident.total <= limits.residentGrowth),
    },
    {
      what: 'event loop, median of the p99 of all samples',
      measured: `${delayMs.toFixed(1)} ms`,
      promise: `<= ${limits.eventLoopP99Ms} ms`,
      isBroken: !(delayMs <= limits.eventLoopP99Ms),
    },
    {
      what: 'open files after the load',
      measured: `${before.openFiles}, then ${after.openFiles}`,
      promise: `at most ${limits.files} more`,
      isBroken: !(after.openFiles <= before.openFiles + limits.files),
    },
    {
      what: 'threads',
      measured: `${before.threads}, then ${after.threads}`,
      promise: 'no more than before',
      isBroken: !(after.threads <= before.threads),
    },
    {
      what: 'errors in the log',
      measured: [String(errors.length), ...errors.slice(0, 3)].join('\n'),
      promise: 'none',
      isBroken: errors.length > 0,
    },
    {
      what: 'wrong responses, events and rows',
      measured: [String(findings.length), ...findings.slice(0, 10)].join('\n'),
      promise: 'none',
      isBroken: findings.length > 0,
    },
  ];
}

function isError(line: string): boolean {
  const [, level = '0'] = /^\{"level":(\d+)/.exec(line) ?? [];
  return Number(level) >= 50;
}

interface Growth {
  first: number;
  last: number;
  perMinute: number;
  /** From the first sample to the last one, along the regression line. */
  total: number;
}

/** In megabytes, by linear regression, so that one outlier has little effect. */
function growth(samples: readonly Sample[], bytesOf: (sample: Sample) => number): Growth {
  const points = samples.map((sample) => ({
    minutes: sample.atMs / minuteMs,
    size: bytesOf(sample) / megabyte,
  }));
  const mean = (numbers: readonly number[]) =>
    numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const meanMinutes = mean(points.map(({ minutes }) => minutes));
  const meanSize = mean(points.map(({ size }) => size));
  const covariance = points.reduce(
    (sum, { minutes, size }) => sum + (minutes - meanMinutes) * (size - meanSize),
    0,
  );
  const variance = points.reduce((sum, { minutes }) => sum + (minutes - meanMinutes) ** 2, 0);
  const [first] = points;
  const last = points.at(-1);
  const perMinute = covariance / variance;
  return {
    first: first?.size ?? Number.NaN,
    last: last?.size ?? Number.NaN,
    perMinute,
    total: perMinute * ((last?.minutes ?? Number.NaN) - (first?.minutes ?? Number.NaN)),
  };
}

function inWords({ first, last, perMinute, total }: Growth): string {
  return `${first.toFixed(1)} MB, at the end ${last.toFixed(1)} MB; ${perMinute.toFixed(2)} MB per minute, ${total.toFixed(1)} MB in total`;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
