import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenEntry } from '../../../src/server/auth/token-file.ts';
import { sha256Of } from '../../../src/server/auth/tokens.ts';
import { startServerProcess } from '../../support/server-process.ts';
import { writeTokens } from '../../support/tokens.ts';
import { createAttackedDatabase } from './database.ts';

/** The tokens of the clients that use the server normally. */
export const tokens = {
  reader: 'shark_token-of-a-reader',
  claimer: 'shark_token-of-a-claimer',
  subscriber: 'shark_token-of-a-subscriber',
  monitor: 'shark_token-of-the-monitoring',
} as const;

/** The tokens of one attacker. */
export interface AttackerTokens {
  viewer: string;
  agent: string;
}

/** The largest number of attacks on one server. */
const attackers = 10;

function attackerTokens(attacker: number): AttackerTokens {
  return {
    viewer: `shark_token-of-attacker-${attacker}`,
    agent: `shark_token-of-attacking-agent-${attacker}`,
  };
}

function entries(): TokenEntry[] {
  const normal = Object.entries(tokens).map(([name, token]): TokenEntry => {
    return { name, role: name === 'claimer' ? 'agent' : 'viewer', sha256: sha256Of(token) };
  });
  const attacking = Array.from({ length: attackers }, (_, attacker): TokenEntry[] => {
    const { viewer, agent } = attackerTokens(attacker);
    return [
      { name: `attacker-${attacker}`, role: 'viewer', sha256: sha256Of(viewer) },
      {
        name: `attacking-agent-${attacker}`,
        role: 'agent',
        sha256: sha256Of(agent),
        agentIds: ['attacking-agent'],
      },
    ];
  });
  return [...normal, ...attacking.flat()];
}

export interface AttackedServer extends AsyncDisposable {
  /** The URL of the GraphQL endpoint. */
  readonly url: string;
  readonly pid: number;
  /** When sessions become stale, in milliseconds since the epoch. */
  readonly staleTimes: readonly number[];
  readonly isAlive: boolean;
  /** The tokens of another attacker, because limits per token must not weaken the next attack. */
  nextAttacker(): AttackerTokens;
  /** The resident memory of the process in bytes, or 0 after its end. */
  residentBytes(): number;
  /** How long the main thread has waited for a processor since its start, in milliseconds. 0 after its end. */
  processorWaitMs(): number;
  /** The number of open files and connections of the process, or 0 after its end. */
  openFiles(): number;
}

/** Starts the built program with the default limits and with little memory, on a database for attacks. */
export async function startAttackedServer(): Promise<AttackedServer> {
  const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  const tokensFile = join(folder, 'tokens.json');
  writeTokens(tokensFile, entries());
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
  let attacker = 0;
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
    nextAttacker() {
      attacker += 1;
      return attackerTokens(attacker % attackers);
    },
    residentBytes,
    processorWaitMs: () => whileAlive(() => processorWaitOf(pid)),
    openFiles: () => whileAlive(() => readdirSync(`/proc/${pid}/fd`).length),
    async [Symbol.asyncDispose]() {
      // The server may be dead or busy for minutes.
      await server.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

/** How long the main thread of a process was ready but other programs used the processors, in milliseconds. */
export function processorWaitOf(pid: number): number {
  const [, waitedNs = '0'] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
  return Number(waitedNs) / 1_000_000;
}
