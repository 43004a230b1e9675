import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** The memory of a process, in bytes. */
export interface Memory {
  /** Used by objects and buffers after garbage collection. */
  heldBytes: number;
  /** The current resident set size, including memory that the process keeps for later use. */
  residentBytes: number;
  /** The highest resident set size since the start of the process. */
  mostResidentBytes: number;
}

/** The delay of the event loop, in milliseconds. */
export interface EventLoopDelay {
  p50Ms: number;
  p99Ms: number;
  longestMs: number;
}

/** Measures a process through the debugger of Node, without changes to the program and without cost between calls. */
export interface Inspector {
  /** Collects garbage, then measures. */
  memory(): Promise<Memory>;
  /** Measures the delay of the event loop during `work`. */
  eventLoop<Result>(work: () => Promise<Result>): Promise<{ worked: Result; delay: EventLoopDelay }>;
  /** Profiles the process during `work` and passes the content of a `.cpuprofile` to `onProfile`. */
  profile<Result>(work: () => Promise<Result>, onProfile: (profile: unknown) => void): Promise<Result>;
  /** Returns the processor time that the process has used since its start, in milliseconds. */
  processorTimeMs(): Promise<number>;
  /** Evaluates a JavaScript expression in the process. */
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
const startMonitor = `${delayHistogram} ??= process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: 1 });
  ${delayHistogram}.reset(); ${delayHistogram}.enable();`;
const stopMonitor = `${delayHistogram}.disable(); [50, 99, 100].map((percent) => ${delayHistogram}.percentile(percent) / 1e6)`;
const readMemory = '({ ...process.memoryUsage(), maxRSS: process.resourceUsage().maxRSS })';
const readProcessorTime = '(({ user, system }) => (user + system) / 1e3)(process.cpuUsage())';
const collections = 3;
const betweenCollectionsMs = 100;
const monitorMarginMs = 20;

/** Returns a port that is not in use. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string')
    throw new Error('The system assigned no port: check that 127.0.0.1 is available');
  return address.port;
}

/** Connects to a process that was started with `--inspect=127.0.0.1:PORT`. */
export async function openInspector(port: number): Promise<Inspector> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target]: { webSocketDebuggerUrl: string }[] = JSON.parse(await answer.text());
  if (target === undefined)
    throw new Error(`No process to inspect on port ${port}: start one with --inspect=127.0.0.1:${port}`);
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
      // Memory freed by one collection can let the next one free more.
      for (let collection = 0; collection < collections; collection += 1) {
        await send('HeapProfiler.collectGarbage');
        await delay(betweenCollectionsMs);
      }
      const reply = await evaluate(readMemory);
      const { result }: { result: { result: { value: NodeMemory } } } = JSON.parse(reply);
      const { heapUsed, external, rss, maxRSS } = result.result.value;
      // `external` includes the buffers.
      return {
        heldBytes: heapUsed + external,
        residentBytes: rss,
        mostResidentBytes: maxRSS * 1_024,
      };
    },
    async eventLoop(work) {
      await evaluate(startMonitor);
      await delay(monitorMarginMs);
      const worked = await work();
      // The last delay is recorded in the next turn of the event loop.
      await delay(monitorMarginMs);
      const reply = await evaluate(stopMonitor);
      const { result }: { result: { result: { value: [number, number, number] } } } = JSON.parse(reply);
      const [p50Ms, p99Ms, longestMs] = result.result.value;
      return { worked, delay: { p50Ms, p99Ms, longestMs } };
    },
    async processorTimeMs() {
      const reply = await evaluate(readProcessorTime);
      const { result }: { result: { result: { value: number } } } = JSON.parse(reply);
      return result.result.value;
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
