import type { SystemName } from './systems.ts';

/** What a figure is compared with: another system, or the same query on the bare driver. */
export type Peer = Exclude<SystemName, 'ours'> | 'bareSql';

export const peerTitles: Readonly<Record<Peer, string>> = {
  checkout: 'the checkout',
  plain: 'plain',
  postgraphile: 'PostGraphile',
  yogaAlone: 'Yoga alone',
  bareSql: 'bare SQL',
};

/** A figure to reach. */
export type Bound =
  | { kind: 'peer'; times: number; peer: Peer }
  | { kind: 'row'; times: number; row: RowName }
  | { kind: 'value'; value: number };

export interface RowDefinition {
  title: string;
  unit: string;
  /** Whether a higher figure is better, or a lower one. */
  better: 'higher' | 'lower';
  bounds: readonly Bound[];
}

const times = (factor: number, peer: Peer): Bound => ({ kind: 'peer', times: factor, peer });
const timesRow = (factor: number, row: RowName): Bound => ({ kind: 'row', times: factor, row });
const value = (limit: number): Bound => ({ kind: 'value', value: limit });

const rate = (title: string, unit: string, ...bounds: Bound[]): RowDefinition => ({
  title,
  unit,
  better: 'higher',
  bounds,
});
const cost = (title: string, unit: string, ...bounds: Bound[]): RowDefinition => ({
  title,
  unit,
  better: 'lower',
  bounds,
});

/** In the order of the table. */
export const rowNames = [
  'pairs1',
  'pairs8',
  'pairs32',
  'claimP50At8',
  'claimP99At8',
  'claimP99At32',
  'next1',
  'next8',
  'next32',
  'next8Of10000',
  'nested',
  'typename',
  'phaseDurations',
  'start',
  'memoryAfterStart',
  'memoryAfterReads',
  'processorPerPair',
  'sustainedFirst',
  'sustainedLast',
  'typenameAlone',
  'sustainedTypenameFirst',
  'sustainedTypenameLast',
  'sustainedMemoryFirst',
  'sustainedMemoryLast',
  'command',
  'stale',
] as const;
export type RowName = (typeof rowNames)[number];

/** All rows. */
export const rows: Readonly<Record<RowName, RowDefinition>> = {
  pairs1: rate('claim + finish by key, 1 client', 'pairs/s', times(0.6, 'plain')),
  pairs8: rate('claim + finish by key, 8 clients', 'pairs/s', times(1, 'plain'), times(1, 'postgraphile')),
  pairs32: rate(
    'claim + finish by key, 32 clients',
    'pairs/s',
    times(1.3, 'plain'),
    times(1, 'postgraphile'),
  ),
  claimP50At8: cost('claim p50, 8 clients', 'ms'),
  claimP99At8: cost('claim p99, 8 clients', 'ms', times(1.2, 'plain')),
  claimP99At32: cost('claim p99, 32 clients', 'ms'),
  next1: rate('claimNextTask + finish, 3,000 waiting, 1 client', 'pairs/s', timesRow(0.8, 'pairs1')),
  next8: rate(
    'claimNextTask + finish, 3,000 waiting, 8 clients',
    'pairs/s',
    timesRow(0.8, 'pairs8'),
    times(1, 'postgraphile'),
  ),
  next32: rate(
    'claimNextTask + finish, 3,000 waiting, 32 clients',
    'pairs/s',
    timesRow(0.8, 'pairs32'),
    times(1, 'postgraphile'),
  ),
  next8Of10000: rate(
    'claimNextTask + finish, 10,000 waiting, 8 clients',
    'pairs/s',
    timesRow(0.8, 'pairs8'),
    times(1, 'postgraphile'),
  ),
  nested: rate(
    '20 tasks, each with 5 sessions and the active one, 8 clients',
    'requests/s',
    times(1, 'postgraphile'),
  ),
  typename: rate('`{ __typename }`, 8 clients', 'requests/s', times(0.85, 'yogaAlone')),
  phaseDurations: cost('phase durations over 100,000 sessions, p50', 'ms'),
  start: cost('start to first answer', 'ms', value(900)),
  memoryAfterStart: cost('memory after start', 'MB', value(130)),
  memoryAfterReads: cost('memory after a minute of reads', 'MB', value(220)),
  processorPerPair: cost('processor time of the server per pair, 8 clients', 'ms'),
  sustainedFirst: rate('claims + finishes for a minute, 32 clients, first 10 s', 'pairs/s'),
  sustainedLast: rate(
    'claims + finishes for a minute, 32 clients, last 10 s',
    'pairs/s',
    timesRow(0.9, 'sustainedFirst'),
  ),
  typenameAlone: cost('`{ __typename }` p99 before this minute, 1 client', 'ms'),
  sustainedTypenameFirst: cost('`{ __typename }` p99 during this minute, first 10 s', 'ms'),
  sustainedTypenameLast: cost(
    '`{ __typename }` p99 during this minute, last 10 s',
    'ms',
    timesRow(2, 'sustainedTypenameFirst'),
  ),
  sustainedMemoryFirst: cost('memory during this minute, after 10 s', 'MB'),
  sustainedMemoryLast: cost('memory at the end of this minute', 'MB', timesRow(1.1, 'sustainedMemoryFirst')),
  command: cost('`shark task claim` on the file, complete process, p50', 'ms', value(200)),
  stale: cost('500 stale of 300,000 sessions, p50', 'ms', times(2, 'bareSql')),
};

/** What a short measurement without PostgreSQL checks. */
export const quickBounds: ReadonlyMap<RowName, readonly Bound[]> = new Map([
  ['pairs8', [times(1, 'plain')]],
  ['pairs32', [times(1.3, 'plain')]],
  // What the nested read reaches today. Its own figure is higher, but only the full comparison measures it.
  ['nested', [times(0.7, 'plain')]],
  ['typename', [times(0.85, 'yogaAlone')]],
]);
