import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConnection } from '../../src/db/sqlite/driver.ts';
import { migrate, migrationsFolder } from '../../src/db/sqlite/migrate.ts';
import { systemClock } from '../../src/shared/clock.ts';

let template: Promise<string> | undefined;

/** Writes an empty database with all migrations to `file`. A copy is faster than running the migrations. */
export async function createMigratedDatabase(file: string): Promise<void> {
  template ??= createTemplate();
  copyFileSync(await template, file);
}

async function createTemplate(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'template.db');
  const connection = openConnection(file);
  await migrate({ connection, folder: migrationsFolder, clock: systemClock });
  connection.pragma('journal_mode = WAL');
  connection.close();
  return file;
}
