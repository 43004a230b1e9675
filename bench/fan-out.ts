import type { ActiveSessionSizes } from './active-sessions.ts';
import { pushBare } from './bare-sockets.ts';
import { nextDeadlines } from './deadlines.ts';
import { allReceived, checkReceipts, lateness } from './receipts.ts';
import { floor, type TimeRow } from './report.ts';
import { startScenario } from './scenario.ts';
import { openSubscribers } from './subscriber.ts';

export interface FanOutSizes extends ActiveSessionSizes {
  sockets: number;
}

export interface FanOutOptions {
  /** Gets a CPU profile of the server for the measured round. Profiling slows the server down. */
  onProfile?: (profile: unknown) => void;
}

const limit = { p50Ms: 10, p99Ms: 100 };

/**
 * The delay from the deadline of a session to the receipt of its event, for many subscribers and many sessions with
 * deadlines close together. Every subscriber gets every event. The floor is a server that only sends the same bytes to
 * the same number of sockets at the same intervals.
 *
 * Throws if a subscriber does not get each event exactly once and in order.
 */
export async function benchFanOut(
  folder: string,
  sizes: FanOutSizes,
  { onProfile }: FanOutOptions = {},
): Promise<TimeRow> {
  const { sessions, sockets, due, windowMs } = sizes;
  await using scenario = await startScenario(folder, sizes);
  const receiveAll = async () => {
    const subscribers = await openSubscribers(scenario.url, sockets);
    const { staleAfter, expected } = nextDeadlines(scenario.due);
    for (const subscriber of subscribers) subscriber.subscribe({ staleAfter });
    await allReceived(subscribers, due);
    for (const [index, subscriber] of subscribers.entries()) {
      checkReceipts(`Socket ${index + 1} of ${sockets}`, subscriber, expected);
      subscriber.close();
    }
    return { subscribers, expected };
  };

  // A first round that is not counted: the server is still being compiled.
  await receiveAll();
  const { subscribers, expected } = await (onProfile === undefined
    ? receiveAll()
    : scenario.inspector.profile(receiveAll, onProfile));
  const measured = lateness(subscribers, expected);
  const texts = subscribers[0]?.receipts.map(({ bytes }) => bytes.toString()) ?? [];
  return {
    name: `sessionTurnedStale to ${sockets} sockets, ${due.toLocaleString('en')} of ${sessions.toLocaleString('en')} sessions due in ${windowMs / 1_000} s`,
    ...measured,
    floors: [floor('bare sockets', measured, await pushBare(sockets, expected, texts))],
    limit: {
      promise: `p50 <= ${limit.p50Ms} ms, p99 <= ${limit.p99Ms} ms`,
      isBroken: !(measured.p50Ms <= limit.p50Ms && measured.p99Ms <= limit.p99Ms),
    },
  };
}
