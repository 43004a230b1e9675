import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** What a process holds, in bytes. */
export interface Memory {
  /** Held by objects of the program and by their buffers, once the garbage is gone. */
  heldBytes: number;
  /** In the machine's memory at the moment, with all that the process keeps for later use. */
  residentBytes: number;
  /** The most that was in the machine's memory since the process was started. */
  mostResidentBytes: number;
}

/** How long the event loop did not come round, in milliseconds. */
export interface EventLoopDelay {
  p50Ms: number;
  p99Ms: number;
  longestMs: number;
}

/**
 * Looks into a process from outside, through Node's own debugger: nothing has to be added to the program, and while
 * nobody asks, nothing is done for it.
 */
export interface Inspector {
  /** Has the garbage collected and looks at what is left. */
  memory(): Promise<Memory>;
  /** Watches how late the event loop comes round while `work` is done. */
  eventLoop<Result>(work: () => Promise<Result>): Promise<{ worked: Result; delay: EventLoopDelay }>;
  /** Watches where the time goes while `work` is done, and hands over the content of a `.cpuprofile`. */
  profile<Result>(work: () => Promise<Result>, onProfile: (profile: unknown) => void): Promise<Result>;
  /** Has the process run this. */
  evaluate(expression: string): Promise<unknown>;
  close(): void;
}

interface Reply {
  id?: number;
  error?: { message: string };
}

interface NodeMemory {
  heapUsed: number;
  external: number;
  rss: number;
  maxRSS: number;
}

const delayHistogram = 'globalThis.benchEventLoopDelay';
const startWatching = `${delayHistogram} ??= process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: 1 });
  ${delayHistogram}.reset(); ${delayHistogram}.enable();`;
const stopWatching = `${delayHistogram}.disable(); [50, 99, 100].map((percent) => ${delayHistogram}.percentile(percent) / 1e6)`;
const askForMemory = '({ ...process.memoryUsage(), maxRSS: process.resourceUsage().maxRSS })';
const collections = 3;
const betweenCollectionsMs = 100;
const betweenLooksMs = 20;

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port');
  return address.port;
}

/** Connects to a process that was started with `--inspect` and this port. */
export async function openInspector(port: number): Promise<Inspector> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target]: { webSocketDebuggerUrl: string }[] = JSON.parse(await answer.text());
  if (target === undefined) throw new Error(`Nothing can be inspected on port ${port}`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await once(socket, 'open');

  let count = 0;
  const send = (method: string, parameters: object = {}) => {
    count += 1;
    const id = count;
    const replied = new Promise<string>((resolve, reject) => {
      socket.on('message', function onMessage(data: Buffer) {
        const text = data.toString();
        const reply: Reply = JSON.parse(text);
        if (reply.id !== id) return;
        socket.off('message', onMessage);
        if (reply.error === undefined) resolve(text);
        else reject(new Error(`${method}: ${reply.error.message}`));
      });
    });
    socket.send(JSON.stringify({ id, method, params: parameters }));
    return replied;
  };

  const evaluate = (expression: string) => send('Runtime.evaluate', { expression, returnByValue: true });

  return {
    async memory() {
      // What one collection lets go of may free more in the next.
      for (let collection = 0; collection < collections; collection += 1) {
        await send('HeapProfiler.collectGarbage');
        await delay(betweenCollectionsMs);
      }
      const reply = await evaluate(askForMemory);
      const { result }: { result: { result: { value: NodeMemory } } } = JSON.parse(reply);
      const { heapUsed, external, rss, maxRSS } = result.result.value;
      // What is external includes the buffers.
      return {
        heldBytes: heapUsed + external,
        residentBytes: rss,
        mostResidentBytes: maxRSS * 1_024,
      };
    },
    async eventLoop(work) {
      await evaluate(startWatching);
      await delay(betweenLooksMs);
      const worked = await work();
      // What came last is noticed when the loop has come round.
      await delay(betweenLooksMs);
      const reply = await evaluate(stopWatching);
      const { result }: { result: { result: { value: [number, number, number] } } } = JSON.parse(reply);
      const [p50Ms, p99Ms, longestMs] = result.result.value;
      return { worked, delay: { p50Ms, p99Ms, longestMs } };
    },
    evaluate,
    async profile(work, onProfile) {
      await send('Profiler.enable');
      await send('Profiler.start');
      const worked = await work();
      const reply = await send('Profiler.stop');
      const { result }: { result: { profile: unknown } } = JSON.parse(reply);
      onProfile(result.profile);
      return worked;
    },
    close: () => socket.close(),
  };
}
