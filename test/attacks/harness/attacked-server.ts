import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenEntry } from '../../../src/server/auth/token-file.ts';
import { sha256Of } from '../../../src/server/auth/tokens.ts';
import { startServerProcess } from '../../support/server-process.ts';
import { writeTokens } from '../../support/tokens.ts';
import { createAttackedDatabase } from './database.ts';

/** Each client has a token of its own. */
export const tokens = {
  attacker: 'shark_token-of-the-attacker',
  attackingAgent: 'shark_token-of-the-attacking-agent',
  reader: 'shark_token-of-a-reader',
  claimer: 'shark_token-of-a-claimer',
  subscriber: 'shark_token-of-a-subscriber',
  monitor: 'shark_token-of-the-monitoring',
} as const;

const entries: readonly TokenEntry[] = [
  { name: 'attacker', role: 'viewer', sha256: sha256Of(tokens.attacker) },
  { name: 'attacking-agent', role: 'agent', sha256: sha256Of(tokens.attackingAgent) },
  { name: 'reader', role: 'viewer', sha256: sha256Of(tokens.reader) },
  { name: 'claimer', role: 'agent', sha256: sha256Of(tokens.claimer) },
  { name: 'subscriber', role: 'viewer', sha256: sha256Of(tokens.subscriber) },
  { name: 'monitor', role: 'viewer', sha256: sha256Of(tokens.monitor) },
];

export interface AttackedServer extends AsyncDisposable {
  /** The URL of the GraphQL endpoint. */
  readonly url: string;
  readonly pid: number;
  /** When sessions become stale, in milliseconds since the epoch. */
  readonly staleTimes: readonly number[];
  readonly isAlive: boolean;
  /** The resident memory of the process in bytes, or 0 after its end. */
  residentBytes(): number;
  /** The number of open files and connections of the process, or 0 after its end. */
  openFiles(): number;
  /** The last lines that the server printed. */
  lastLines(): string;
}

/** Starts the built program with the default limits and with little memory, on a database for attacks. */
export async function startAttackedServer(): Promise<AttackedServer> {
  const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  const tokensFile = join(folder, 'tokens.json');
  writeTokens(tokensFile, entries);
  const file = join(folder, 'shark.db');
  const staleTimes = await createAttackedDatabase(file);
  const server = await startServerProcess(
    {
      DATABASE_URL: `file:${file}`,
      API_TOKENS_FILE: tokensFile,
      NODE_OPTIONS: '--max-old-space-size=512',
    },
    'dist-test/shark.js',
  );
  const { url, pid } = server;
  const whileAlive = (read: () => number) => {
    try {
      return read();
    } catch {
      return 0;
    }
  };
  const residentBytes = () =>
    whileAlive(() => {
      const [, kilobytes = '0'] =
        /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      return Number(kilobytes) * 1_024;
    });
  return {
    url,
    pid,
    staleTimes,
    get isAlive() {
      return residentBytes() > 0;
    },
    residentBytes,
    openFiles: () => whileAlive(() => readdirSync(`/proc/${pid}/fd`).length),
    lastLines: () => server.printed.split('\n').slice(-5).join('\n'),
    async [Symbol.asyncDispose]() {
      // The server may be dead or busy for minutes.
      await server.kill();
      rmSync(folder, { recursive: true });
    },
  };
}
