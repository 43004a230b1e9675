import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { basename } from 'node:path';

/** The processor time of one thread of this process. Linux only. */
export interface ThreadTime extends Disposable {
  /** In nanoseconds, exact to a few microseconds. */
  read(): number;
}

/** The id of the thread that calls this function. */
export function currentThread(): number {
  return Number(basename(readlinkSync('/proc/thread-self')));
}

export function allThreads(): number[] {
  return readdirSync('/proc/self/task').map(Number);
}

export function threadTime(thread: number): ThreadTime {
  const file = openSync(`/proc/self/task/${thread}/schedstat`, 'r');
  const bytes = Buffer.alloc(100);
  return {
    read() {
      // Linux then also adds the time since the latest tick of its own timer, which can be milliseconds ago.
      process.cpuUsage();
      const length = readSync(file, bytes, 0, bytes.length, 0);
      return Number.parseInt(bytes.toString('latin1', 0, length), 10);
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}
