import { markedAgent } from './active-sessions.ts';
import { nextDeadlines } from './deadlines.ts';
import { allReceived, checkReceipts, type Expected, lateness } from './receipts.ts';
import { floor, kilobyte, type MemoryRow, type Row } from './report.ts';
import { startScenario } from './scenario.ts';
import { openSubscribers, type Subscriber } from './subscriber.ts';

export interface PausedSocketSizes {
  sockets: number;
  /** How many sessions turn stale within the window, evenly spread. */
  events: number;
  windowMs: number;
}

const limitKilobytes = 5 * 1_024;

/** A p99 of few milliseconds doubles by chance, so it may always grow by this much. */
const noiseMs = 5;

/** So many events are not counted: the server is still being compiled. */
const warmUp = 5_000;

/**
 * Long enough that a few thousand events are more than the machine keeps on the way between two sockets, which are
 * megabytes: else the server would not notice the pause.
 */
const title = 'A piece of work that takes many words to tell. '.repeat(30);

/**
 * One of many sockets stops reading, and everything that it subscribed to passes: what the server keeps for it,
 * whether the others hear later than when all of them read, and whether it gets everything once it reads again.
 *
 * Beside it, one that reads is subscribed to all as well, so that the server does the same work with and without the
 * pause. The others ask for one event in fifty: with all of them, sending would be what is measured.
 *
 * Throws when anybody does not hear of each session exactly once and in order.
 */
export async function benchPausedSocket(
  folder: string,
  { sockets, events, windowMs }: PausedSocketSizes,
): Promise<Row[]> {
  await using scenario = await startScenario(folder, { sessions: events, due: events, windowMs, title });
  const { inspector, due, url } = scenario;
  const subscribers = await openSubscribers(url, sockets);
  const [paused, reading, ...others] = subscribers;
  if (paused === undefined || reading === undefined) throw new Error('Two sockets are needed at least');

  const subscribe = () => {
    const { staleAfter, expected } = nextDeadlines(due);
    for (const each of [paused, reading]) each.subscribe({ staleAfter });
    for (const other of others) other.subscribe({ staleAfter, filter: { agentId: markedAgent } });
    return { all: expected, marked: expected.filter((_, index) => due[index]?.isMarked) };
  };
  const unsubscribe = () => {
    for (const subscriber of subscribers) subscriber.unsubscribe();
  };
  const hear = async (who: string, listening: readonly Subscriber[], expected: readonly Expected[]) => {
    await allReceived(listening, expected.length);
    for (const [index, subscriber] of listening.entries())
      checkReceipts(`${who} ${index + 1}`, subscriber, expected);
    return lateness(listening, expected);
  };

  subscribe();
  await allReceived([paused, reading], Math.min(events, warmUp));
  unsubscribe();

  const round = async <Seen>(isPaused: boolean, look: () => Promise<Seen>) => {
    const expected = subscribe();
    if (isPaused) paused.pause();
    const heard = await hear('Other', others, expected.marked);
    await hear('Reader of all', [reading], expected.all);
    const seen = await look();
    paused.resume();
    await hear('Socket to pause', [paused], expected.all);
    unsubscribe();
    return { heard, seen };
  };

  // The memory has rounds of its own. A look at it has all garbage collected, after which V8 collects so much more
  // often that the p99 of whatever follows is that of its pauses.
  const { heard: baseline } = await round(false, async () => undefined);
  const { heard: measured } = await round(true, async () => undefined);
  const { seen: before } = await round(false, inspector.memory);
  const { seen: after } = await round(true, inspector.memory);
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
      floors: [floor('with nobody paused', measured, baseline)],
      limit: {
        promise: `p99 doubles at most, or grows by ${noiseMs} ms, from ${baseline.p99Ms.toFixed(1)} ms`,
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
