import { setTimeout as delay } from 'node:timers/promises';
import { pushBare } from './bare-sockets.ts';
import { nextDeadlines } from './deadlines.ts';
import { allReceived, checkReceipts, lateness } from './receipts.ts';
import { floor, kilobyte, type MemoryRow, type Row, type TimeRow } from './report.ts';
import { type Scenario, startScenario } from './scenario.ts';
import { openSubscribers } from './subscriber.ts';

export interface FanOutSizes {
  sessions: number;
  sockets: number;
  eventsPerSecond: number;
  windowMs: number;
}

/** What is promised at a rate of events. */
interface FanOutLimit {
  p50Ms?: number;
  p99Ms: number;
  /** The processor time of the server, in percent of one core. */
  corePercent?: number;
}

/** Gets a CPU profile of the server for the measured round. Profiling slows the server down. */
type OnProfile = (profile: unknown) => void;

const usual = { eventsPerSecond: 100, limit: { p50Ms: 10, p99Ms: 50, corePercent: 60 } };
/** More events than one core can send in time. They may be late, but in order, and few of them may be in memory. */
const overload = { eventsPerSecond: 400, limit: { p99Ms: 1_000 } };
const heldLimitKilobytes = 10 * 1_024;
/** The processor time is measured from this time before the first event. */
const beforeFirstMs = 100;

/**
 * The delay from the deadline of a session to the receipt of its event, for many subscribers and for sessions that turn
 * stale at even intervals. Every subscriber gets every event.
 *
 * Throws if a subscriber does not get each event exactly once and in order.
 */
export async function benchFanOut(
  folder: string,
  sizes: Omit<FanOutSizes, 'eventsPerSecond'>,
): Promise<Row[]> {
  const usualSizes = { ...sizes, eventsPerSecond: usual.eventsPerSecond };
  await using usualScenario = await startFanOut(folder, usualSizes);
  const usualRow = await measureDelays(usualScenario, usualSizes, usual.limit);

  const overloadSizes = { ...sizes, eventsPerSecond: overload.eventsPerSecond };
  await using overloadScenario = await startFanOut(folder, overloadSizes);
  return [
    usualRow,
    await measureDelays(overloadScenario, overloadSizes, overload.limit),
    await measureMemory(overloadScenario, overloadSizes),
  ];
}

/** Starts a server on a database with the sessions. */
export function startFanOut(folder: string, sizes: FanOutSizes): Promise<Scenario> {
  const { sessions, windowMs } = sizes;
  return startScenario(folder, { sessions, due: dueOf(sizes), windowMs });
}

/**
 * Measures the delays, and the processor time of the server. The floor is a server that only sends the same bytes to
 * the same number of sockets at the same intervals.
 */
export async function measureDelays(
  scenario: Scenario,
  sizes: FanOutSizes,
  limit: FanOutLimit,
  onProfile?: OnProfile,
): Promise<TimeRow> {
  const { inspector } = scenario;
  const receiveAll = () => receive(scenario, sizes, inspector.processorTimeMs);
  // A first round that is not counted: the server is still being compiled.
  await receiveAll();
  const { subscribers, expected, before, after } = await (onProfile === undefined
    ? receiveAll()
    : inspector.profile(receiveAll, onProfile));
  const measured = lateness(subscribers, expected);
  const corePercent = (100 * (after - before)) / sizes.windowMs;
  const texts = subscribers[0]?.receipts.map(({ bytes }) => bytes.toString()) ?? [];
  return {
    name: `sessionTurnedStale to ${nameOf(sizes)}`,
    ...measured,
    corePercent,
    floors: [floor('bare sockets', measured, await pushBare(sizes.sockets, expected, texts))],
    limit: {
      promise: [
        ...(limit.p50Ms === undefined ? [] : [`p50 <= ${limit.p50Ms} ms`]),
        `p99 <= ${limit.p99Ms} ms`,
        ...(limit.corePercent === undefined ? [] : [`core < ${limit.corePercent} %`]),
      ].join(', '),
      isBroken: !(
        measured.p50Ms <= (limit.p50Ms ?? limit.p99Ms) &&
        measured.p99Ms <= limit.p99Ms &&
        corePercent < (limit.corePercent ?? Number.POSITIVE_INFINITY)
      ),
    },
  };
}

/**
 * Measures how much more memory the server holds just after the last event than before the first one. In a round of its
 * own, because V8 collects garbage more often after a measurement of memory.
 */
async function measureMemory(scenario: Scenario, sizes: FanOutSizes): Promise<MemoryRow> {
  const { before, after } = await receive(scenario, sizes, scenario.inspector.memory);
  const bytes = after.heldBytes - before.heldBytes;
  return {
    name: `memory held during events to ${nameOf(sizes)}`,
    samples: dueOf(sizes),
    bytes,
    limit: {
      promise: `< ${heldLimitKilobytes} KB`,
      isBroken: !(bytes < heldLimitKilobytes * kilobyte),
    },
  };
}

/** Lets every subscriber receive all events, and measures before the first event and after the last one. */
async function receive<Measured>(
  { url, due }: Scenario,
  { sockets }: FanOutSizes,
  measure: () => Promise<Measured>,
) {
  const subscribers = await openSubscribers(url, sockets);
  const { staleAfter, expected } = nextDeadlines(due);
  for (const subscriber of subscribers) subscriber.subscribe({ staleAfter });
  await delay((expected[0]?.dueAtMs ?? 0) - Date.now() - beforeFirstMs);
  const before = await measure();
  await allReceived(subscribers, due.length);
  const after = await measure();
  for (const [index, subscriber] of subscribers.entries()) {
    checkReceipts(`Socket ${index + 1} of ${sockets}`, subscriber, expected);
    subscriber.close();
  }
  return { subscribers, expected, before, after };
}

function dueOf({ eventsPerSecond, windowMs }: FanOutSizes): number {
  return (eventsPerSecond * windowMs) / 1_000;
}

function nameOf({ sessions, sockets, eventsPerSecond }: FanOutSizes): string {
  return `${sockets} sockets, ${eventsPerSecond} of ${sessions.toLocaleString('en')} sessions due per second`;
}
