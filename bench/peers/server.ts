import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openConnection } from './load/connection.ts';
import { processorMs, residentBytes } from './processes.ts';

export interface Server {
  url: string;
  pid: number;
  /** From the start of the process to its first answer. */
  startMs: number;
  processorMs(): number;
  residentBytes(): number;
  stop(): Promise<void>;
}

export interface ServerCommand {
  /** The arguments of Node. */
  args: readonly string[];
  /** Its working directory. */
  folder: string;
  settings?: Readonly<Record<string, string>>;
  /** The file for its standard error, as a service manager would use one. */
  log: string;
}

/** Starts a server that prints `ready at <url>`, as in production, and waits for its first answer. */
export async function startServer({ args, folder, settings, log }: ServerCommand): Promise<Server> {
  const startedMs = performance.now();
  const errors = openSync(log, 'a');
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...settings },
    stdio: ['ignore', 'pipe', errors],
  });
  closeSync(errors);
  const killWithParent = () => child.kill('SIGKILL');
  process.once('exit', killWithParent);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      process.off('exit', killWithParent);
      resolve();
    });
  });
  const failed = ended.then(() => {
    throw new Error(`The server ended: ${args.join(' ')}\n${readFileSync(log, 'utf8').slice(-2_000)}`);
  });
  failed.catch(() => {});

  const url = await Promise.race([printedUrl(child), failed]);
  const connection = openConnection(url);
  await Promise.race([connection.send('{"query":"{ __typename }"}'), failed]);
  const startMs = performance.now() - startedMs;
  connection.close();
  const { pid } = child;
  if (pid === undefined) throw new Error('The server has no process');
  return {
    url,
    pid,
    startMs,
    processorMs: () => processorMs([pid]),
    residentBytes: () => residentBytes(pid),
    async stop() {
      child.kill('SIGTERM');
      const timeout = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timeout);
    },
  };
}

function printedUrl({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('The output of the server cannot be read');
  return new Promise((resolve) => {
    createInterface(stdout).on('line', (line) => {
      const [, url] = /ready at (http\S+)/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
}
