import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConnection } from '../../src/db/sqlite/driver.ts';
import { migrate } from '../../src/db/sqlite/migrate.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { seedDatabase } from '../../seed/seed-database.ts';
import { defaultWorkflow } from '../domain/workflow/workflows.ts';
import { chance, seedFrom } from '../support/chance.ts';
import {
  createLargeDatabase,
  isWriting,
  startCommand,
  stopSignals,
  type StopSignal,
} from '../support/interruptions.ts';
import { migrationsFolder } from '../support/shark-databases.ts';

const rounds = 10;
const sessions = 6_000;
const settings = { DATABASE_URL: 'file:shark.db' };
const signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

let base = '';
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  createLargeDatabase(join(base, 'old.db'), { megabytes: 20 });
  const connection = openConnection(join(base, 'seeded.db'));
  await migrate({ connection, folder: migrationsFolder, clock: systemClock });
  await seedDatabase(connection, {
    sessions,
    seed: 1,
    until: new Date('2026-01-14T15:00:00.000Z'),
    workflow: defaultWorkflow,
  });
  connection.close();
  copyFileSync(join(base, 'seeded.db'), join(base, 'without-sessions.db'));
  const without = openConnection(join(base, 'without-sessions.db'));
  without.exec('DELETE FROM task_sessions');
  without.close();
}, 300_000);
afterAll(() => rmSync(base, { recursive: true }));

interface Interrupted {
  what: string;
  database: string;
  args: readonly string[];
  /** Checks what the interrupted command left, besides the database. */
  checkFiles: (folder: string, others: readonly string[]) => void;
}

const interrupted: readonly Interrupted[] = [
  {
    what: 'a backup',
    database: 'old.db',
    args: ['backup', 'copy.db'],
    checkFiles(folder, others) {
      if (others.length === 0) return;
      // The signal came after the copy was complete.
      expect(others).toEqual(['copy.db']);
      expectSound(join(folder, 'copy.db'));
      rmSync(join(folder, 'copy.db'));
    },
  },
  {
    what: 'a migration',
    database: 'old.db',
    args: ['task', 'list'],
    checkFiles(folder, others) {
      expect(others.length).toBeLessThan(2);
      for (const name of others) {
        expect(name).toMatch(/^shark\.backup-.*\.db$/);
        expectSound(join(folder, name));
      }
    },
  },
  {
    what: 'an export',
    database: 'seeded.db',
    args: ['task', 'sessions', '--export=csv', '--output=all.csv', '--force'],
    checkFiles(folder, others) {
      if (others.length === 0) return;
      expect(others).toEqual(['all.csv']);
      expect(parse(readFileSync(join(folder, 'all.csv')), { columns: true, bom: true })).toHaveLength(
        sessions,
      );
    },
  },
  {
    what: 'a backfill',
    database: 'without-sessions.db',
    args: ['backfill'],
    checkFiles: (_folder, others) => expect(others).toEqual([]),
  },
];

function expectSound(file: string): void {
  const connection = openConnection(file);
  expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(connection.prepare('SELECT COUNT(*) FROM tasks').pluck().get()).toBeGreaterThan(0);
  connection.close();
}

describe.each(interrupted)('$what', ({ what, database, args, checkFiles }) => {
  it.each(signals)(
    'that is stopped by %s at a random moment leaves nothing incomplete, and can be repeated',
    async (signal) => {
      const seed = seedFrom('STOP_SEED');
      const chances = chance(seed);
      const newFolder = (name: string) => {
        const folder = join(base, `${what}-${signal}-${name}`.replaceAll(' ', '-'));
        mkdirSync(folder);
        copyFileSync(join(base, database), join(folder, 'shark.db'));
        return folder;
      };
      const startedMs = performance.now();
      const whole = await startCommand({ args, folder: newFolder('whole'), settings }).ended;
      const durationMs = performance.now() - startedMs;
      expect(whole).toMatchObject({ code: 0 });

      let stopped = 0;
      for (let round = 1; round <= rounds; round += 1) {
        const folder = newFolder(String(round));
        // In every second round, the signal comes soon after the command has begun to write a file.
        const isSoon = round % 2 === 0 && what !== 'a backfill';
        const afterMs = chances.below(isSoon ? 20 : Math.ceil(durationMs));
        const moment = `STOP_SEED=${seed}, round ${round}, ${afterMs} ms after ${isSoon ? 'the first write' : 'the start'}`;

        const command = startCommand({ args, folder, settings });
        if (isSoon) await command.until(() => isWriting(folder));
        const ended = await command.stopAfter(signal, afterMs);

        // The signal can come before the command begins its work or after the end, when nothing needs a clean-up.
        const isExpected =
          ended.code === stopSignals[signal] ||
          ended.code === 0 ||
          (ended.code === null && ended.signal === signal);
        expect({ moment, ...ended, isExpected }).toMatchObject({ moment, isExpected: true });
        if (ended.code === stopSignals[signal]) {
          stopped += 1;
          expect(ended.stderr).toMatch(new RegExp(`^Stopped by ${signal}\\. [^\\n]+\\n$`));
          // SQLite deletes the write-ahead log when the last connection is closed.
          expect(existsSync(join(folder, 'shark.db-wal'))).toBe(false);
        }
        const others = readdirSync(folder).filter((name) => !/^shark\.db(-wal|-shm)?$/.test(name));
        expect({ moment, temporary: others.filter((name) => name.startsWith('.')) }).toEqual({
          moment,
          temporary: [],
        });
        checkFiles(folder, others);

        const again = await startCommand({ args, folder, settings }).ended;
        expect({ moment, ...again }).toMatchObject({ moment, code: 0 });
        if (what === 'a backfill')
          expect(sessionsIn(folder)).toEqual(
            sessionsIn(join(base, `${what}-${signal}-whole`.replaceAll(' ', '-'))),
          );
        rmSync(folder, { recursive: true });
      }
      expect(stopped).toBeGreaterThan(1);
    },
    600_000,
  );
});

function sessionsIn(folder: string): unknown {
  const connection = openConnection(join(folder, 'shark.db'));
  const found = connection
    .prepare('SELECT COUNT(*), SUM(duration_minutes), COUNT(DISTINCT task_id) FROM task_sessions')
    .get();
  connection.close();
  return found;
}
