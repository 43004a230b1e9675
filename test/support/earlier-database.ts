import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConnection } from '../../src/db/sqlite/driver.ts';
import { migrate } from '../../src/db/sqlite/migrate.ts';
import { migrationsFolder, temporaryFolder } from './shark-databases.ts';

/** Creates a database as it was before this migration, and runs SQL in it. Returns its path. */
export async function createEarlierDatabase(migration: string, sql: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  for (const name of readdirSync(migrationsFolder))
    if (name < migration) cpSync(join(migrationsFolder, name), join(folder, name), { recursive: true });
  const file = join(temporaryFolder(), 'shark.db');
  const connection = openConnection(file);
  await migrate({ connection, folder, clock: { now: () => new Date('2026-01-11T09:00:00.000Z') } });
  connection.exec(sql);
  connection.close();
  rmSync(folder, { recursive: true });
  return file;
}
