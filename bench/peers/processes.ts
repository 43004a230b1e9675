import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
const msPerTick = 10;

/** A process and its children; only their ids. */
export function family(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => statOf(each)?.parent === pid);
  return [pid, ...children];
}

/** The processor time that these processes have used. */
export function processorMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (statOf(pid)?.processorMs ?? 0), 0);
}

/** The resident memory of a process. */
export function residentBytes(pid: number): number {
  return kilobytesIn(`/proc/${pid}/status`, 'VmRSS') * 1_024;
}

/** The memory of processes that share memory, each shared page divided among those that share it. */
export function proportionalBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + kilobytesIn(`/proc/${pid}/smaps_rollup`, 'Pss') * 1_024, 0);
}

interface Stat {
  parent: number;
  processorMs: number;
}

/** Undefined if there is no such process. */
function statOf(pid: number): Stat | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  // The name of the program, in brackets, may contain spaces.
  const [, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (parent === undefined) return undefined;
  // The fields 14 and 15 of the file, `utime` and `stime`.
  return { parent: Number(parent), processorMs: (Number(rest[9]) + Number(rest[10])) * msPerTick };
}

function kilobytesIn(file: string, name: string): number {
  const [, kilobytes] = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readIfThere(file)) ?? [];
  return Number(kilobytes ?? 0);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
