import { markedAgent } from './active-sessions.ts';
import { nextDeadlines } from './deadlines.ts';
import { allReceived, checkReceipts, type Expected, lateness } from './receipts.ts';
import { floor, kilobyte, type MemoryRow, type Row } from './report.ts';
import { startScenario } from './scenario.ts';
import { openSubscribers, type Subscriber } from './subscriber.ts';

export interface PausedSocketSizes {
  sockets: number;
  /** How many sessions turn stale within the window, at even intervals. */
  events: number;
  windowMs: number;
}

const limitKilobytes = 5 * 1_024;

/** A p99 of a few milliseconds can double by chance, so it may always grow by this much. */
const noiseMs = 5;

/** The first events are not counted: the server is still being compiled. */
const warmUp = 5_000;

/**
 * Long enough that a few thousand events fill the buffers of the operating system between the two sockets, which hold
 * megabytes. Before that, the pause has no effect on the server.
 */
const title = 'A piece of work that takes many words to tell. '.repeat(30);

/**
 * One of many sockets stops reading while all its events happen. Measures the memory that the server holds for it and
 * the delay of the other sockets, and checks that it gets all events when it reads again.
 *
 * A second socket that reads is subscribed to all events too, so that the server does the same work with and without
 * the pause. The other sockets get one event in fifty: with all events, sending would dominate the measurement.
 *
 * Throws if a subscriber does not get each event exactly once and in order.
 */
export async function benchPausedSocket(
  folder: string,
  { sockets, events, windowMs }: PausedSocketSizes,
): Promise<Row[]> {
  await using scenario = await startScenario(folder, { sessions: events, due: events, windowMs, title });
  const { inspector, due, url } = scenario;
  const subscribers = await openSubscribers(url, sockets);
  const [paused, reading, ...others] = subscribers;
  if (paused === undefined || reading === undefined) throw new Error(`sockets is ${sockets}: use at least 2`);

  const subscribe = () => {
    const { staleAfter, expected } = nextDeadlines(due);
    for (const each of [paused, reading]) each.subscribe({ staleAfter });
    for (const other of others) other.subscribe({ staleAfter, filter: { agentId: markedAgent } });
    return { all: expected, marked: expected.filter((_, index) => due[index]?.isMarked) };
  };
  const unsubscribe = () => {
    for (const subscriber of subscribers) subscriber.unsubscribe();
  };
  const receive = async (name: string, receivers: readonly Subscriber[], expected: readonly Expected[]) => {
    await allReceived(receivers, expected.length);
    for (const [index, subscriber] of receivers.entries())
      checkReceipts(`${name} ${index + 1}`, subscriber, expected);
    return lateness(receivers, expected);
  };

  subscribe();
  await allReceived([paused, reading], Math.min(events, warmUp));
  unsubscribe();

  const round = async <Measured>(isPaused: boolean, measure: () => Promise<Measured>) => {
    const expected = subscribe();
    if (isPaused) paused.pause();
    const delays = await receive('Socket with a filter', others, expected.marked);
    await receive('Socket with all events', [reading], expected.all);
    const result = await measure();
    paused.resume();
    await receive('Paused socket', [paused], expected.all);
    unsubscribe();
    return { delays, result };
  };

  // Delays and memory are measured in separate rounds. Measuring memory collects all garbage, and V8 then collects so
  // often that its pauses dominate the p99 of the next round.
  const { delays: baseline } = await round(false, async () => undefined);
  const { delays: measured } = await round(true, async () => undefined);
  const { result: before } = await round(false, inspector.memory);
  const { result: after } = await round(true, inspector.memory);
  for (const subscriber of subscribers) subscriber.close();

  const passed = `while ${events.toLocaleString('en')} events pass a paused socket`;
  const memory = (name: string, bytes: number): MemoryRow => ({
    name: `${name} ${passed}`,
    samples: events,
    bytes,
    limit: null,
  });
  const heldBytes = after.heldBytes - before.heldBytes;
  return [
    {
      name: `1 in 50 at ${others.length} sockets ${passed}`,
      ...measured,
      floors: [floor('without a paused socket', measured, baseline)],
      limit: {
        promise: `p99 at most doubles or grows by ${noiseMs} ms from ${baseline.p99Ms.toFixed(1)} ms`,
        isBroken: !(measured.p99Ms <= baseline.p99Ms + Math.max(baseline.p99Ms, noiseMs)),
      },
    },
    {
      ...memory('memory held', heldBytes),
      limit: { promise: `< ${limitKilobytes} KB`, isBroken: !(heldBytes < limitKilobytes * kilobyte) },
    },
    memory('growth of the peak of resident memory', after.mostResidentBytes - before.mostResidentBytes),
  ];
}
