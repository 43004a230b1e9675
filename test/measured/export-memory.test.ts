import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, fillTasks } from '../../bench/databases.ts';
import { freePort, openInspector } from '../../bench/inspector.ts';
import { dropIndexesAndTriggers } from '../../seed/indexes-and-triggers.ts';
import { startServerProcess } from '../support/server-process.ts';

const megabyte = 1_024 * 1_024;
const million = 1_000_000;
const limit = 50;

const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
const settings = { DATABASE_URL: `file:${join(folder, 'shark.db')}` };

beforeAll(async () => {
  const connection = await createDatabase(join(folder, 'shark.db'));
  fillTasks(connection, 1_000);
  const dropped = dropIndexesAndTriggers(connection, ['task_sessions']);
  connection.exec(`
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${million})
    INSERT INTO task_sessions (task_id, agent_id, agent_type, phase, claimed_from, claimed_to, started_at, ended_at, outcome, notes)
    SELECT 1 + n % 1000, 'agent-' || n % 40, 'ai-coder', 'development', 'ready_for_development', 'in_development',
      strftime('%Y-%m-%dT%H:%M:%f+00:00', 1767225600 + n * 7, 'unixepoch'),
      strftime('%Y-%m-%dT%H:%M:%f+00:00', 1767225600 + n * 7 + n % 5000, 'unixepoch'),
      'completed', 'Session ' || n || ' came to its end, with "notes" of a usual length 🦈'
    FROM number`);
  for (const sql of dropped) connection.exec(sql);
  connection.close();
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** Starts a server, or another program, with an inspector. */
async function started(program?: string) {
  const port = await freePort();
  const server = await startServerProcess(
    { ...settings, NODE_OPTIONS: `--inspect=127.0.0.1:${port}` },
    program,
  );
  const inspector = await openInspector(port);
  return {
    url: server.url,
    /** The maximum growth of the process during the work, in megabytes. */
    async growthDuring(work: () => Promise<unknown>): Promise<number> {
      // After a garbage collection.
      const { residentBytes } = await inspector.memory();
      let isDone = false;
      const worked = work().finally(() => {
        isDone = true;
      });
      let most = 0;
      while (!isDone) {
        most = Math.max(most, await residentKilobytes(server.pid));
        await delay(20);
      }
      await worked;
      return most / 1_024 - residentBytes / megabyte;
    },
    async [Symbol.asyncDispose]() {
      inspector.close();
      await server.stop();
    },
  };
}

async function residentKilobytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout);
}

/** Reads a response without storing it, and returns its number of lines. */
async function thresholdsOf(url: URL | string, headers: Record<string, string>): Promise<number> {
  const answer = await fetch(url, { headers });
  expect(answer.status).toBe(200);
  let lines = 0;
  for await (const chunk of answer.body ?? [])
    lines += Buffer.from(chunk).toString('latin1').split('\n').length - 1;
  return lines;
}

describe('the memory of a server', () => {
  it.each(['identity', 'gzip'])(
    'grows by less than 50 MB during an export of a million sessions with the encoding %s',
    async (encoding) => {
      await using server = await started();
      const read = (search: string) =>
        thresholdsOf(new URL(`/export/sessions.csv${search}`, server.url), { 'accept-encoding': encoding });
      // A tenth of the file first: it starts the thread and fills its cache, and V8 keeps tens of megabytes of sent
      // buffers before it collects them. Neither grows with the size of the file.
      expect(await read('?until=2026-01-09')).toBeGreaterThan(million / 11);

      const growth = await server.growthDuring(async () => {
        expect(await read('')).toBe(1 + million);
      });

      expect(growth).toBeLessThan(limit);
    },
  );

  it('grows by more if a fifth of the file is buffered, which the measurement detects', async () => {
    await using server = await started('test/support/collecting-export.ts');
    const read = (sessions: number) => thresholdsOf(`${server.url}?limit=${sessions}`, {});
    expect(await read(10_000)).toBe(10_000);

    const growth = await server.growthDuring(async () => {
      expect(await read(million / 5)).toBe(million / 5);
    });

    expect(growth).toBeGreaterThan(limit);
  });
});
