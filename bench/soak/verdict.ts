/** What the server held at one moment while it was at work. */
export interface Sample {
  atMs: number;
  heldBytes: number;
  residentBytes: number;
  /** How late the event loop came round since the sample before, at the worst of a hundred times. */
  eventLoopP99Ms: number;
}

/** What the server held while nobody asked for anything. */
export interface Quiet {
  openFiles: number;
  threads: number;
}

export interface Soaked {
  samples: readonly Sample[];
  before: Quiet;
  after: Quiet;
  /** Lines of the server's log. */
  logged: readonly string[];
  /** Answers that should not be, events that were not told, contradictions in the database. */
  findings: readonly string[];
}

/** One thing that was looked at, and whether it is as it should be. */
export interface Finding {
  what: string;
  measured: string;
  promise: string;
  isBroken: boolean;
}

const megabyte = 1_024 * 1_024;
const minuteMs = 60_000;
/** In the first third the server is still being compiled and fills its caches. */
const warmUp = 1 / 3;
/** Generous for the event loop: those who ask are on the same machine, and garbage is collected by force now and then. */
const limits = { heldGrowth: 12, residentGrowth: 60, eventLoopP99Ms: 100, files: 2 };

/** What is to be said of a soak, one finding for each promise. */
export function verdict({ samples, before, after, logged, findings }: Soaked): Finding[] {
  const counted = samples.slice(Math.floor(samples.length * warmUp));
  const held = growth(counted, ({ heldBytes }) => heldBytes);
  const resident = growth(counted, ({ residentBytes }) => residentBytes);
  const late = median(counted.map(({ eventLoopP99Ms }) => eventLoopP99Ms));
  const faults = logged.filter(isFault);
  return [
    {
      what: 'memory held after collection',
      measured: inWords(held),
      promise: `grows by ${limits.heldGrowth} MB at most`,
      isBroken: !(held.total <= limits.heldGrowth),
    },
    {
      what: 'resident memory',
      measured: inWords(resident),
      promise: `grows by ${limits.residentGrowth} MB at most`,
      isBroken: !(resident.total <= limits.residentGrowth),
    },
    {
      what: 'event loop, p99 of the usual segment',
      measured: `${late.toFixed(1)} ms`,
      promise: `<= ${limits.eventLoopP99Ms} ms`,
      isBroken: !(late <= limits.eventLoopP99Ms),
    },
    {
      what: 'open files when all are gone',
      measured: `${before.openFiles}, then ${after.openFiles}`,
      promise: `${limits.files} more at most`,
      isBroken: !(after.openFiles <= before.openFiles + limits.files),
    },
    {
      what: 'threads',
      measured: `${before.threads}, then ${after.threads}`,
      promise: 'no more than before',
      isBroken: !(after.threads <= before.threads),
    },
    {
      what: 'faults in the log',
      measured: [String(faults.length), ...faults.slice(0, 3)].join('\n'),
      promise: 'none',
      isBroken: faults.length > 0,
    },
    {
      what: 'answers, events and rows that should not be',
      measured: [String(findings.length), ...findings.slice(0, 10)].join('\n'),
      promise: 'none',
      isBroken: findings.length > 0,
    },
  ];
}

function isFault(line: string): boolean {
  const [, level = '0'] = /^\{"level":(\d+)/.exec(line) ?? [];
  return Number(level) >= 50;
}

interface Growth {
  first: number;
  last: number;
  perMinute: number;
  /** From the first sample to the last one along the line through all of them. */
  total: number;
}

/** In megabytes, along the line that fits the samples best: one sample that is off decides nothing. */
function growth(samples: readonly Sample[], bytesOf: (sample: Sample) => number): Growth {
  const points = samples.map((sample) => ({
    minutes: sample.atMs / minuteMs,
    size: bytesOf(sample) / megabyte,
  }));
  const mean = (numbers: readonly number[]) =>
    numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const middle = mean(points.map(({ minutes }) => minutes));
  const usual = mean(points.map(({ size }) => size));
  const together = points.reduce((sum, { minutes, size }) => sum + (minutes - middle) * (size - usual), 0);
  const spread = points.reduce((sum, { minutes }) => sum + (minutes - middle) ** 2, 0);
  const [first] = points;
  const last = points.at(-1);
  const perMinute = together / spread;
  return {
    first: first?.size ?? Number.NaN,
    last: last?.size ?? Number.NaN,
    perMinute,
    total: perMinute * ((last?.minutes ?? Number.NaN) - (first?.minutes ?? Number.NaN)),
  };
}

function inWords({ first, last, perMinute, total }: Growth): string {
  return `${first.toFixed(1)} MB, in the end ${last.toFixed(1)} MB; ${perMinute.toFixed(2)} MB a minute, ${total.toFixed(1)} MB in all`;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
