import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Connection, type ConnectionOptions, openConnection } from '../../src/db/sqlite/driver.ts';
import { onTestFinished } from 'vitest';

export const migrationsFolder = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

/** A temporary folder for the running test, deleted at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Opens a database like any other program. It is closed at the end of the running test. */
export function open(file: string, options?: ConnectionOptions): Connection {
  const connection = openConnection(file, options);
  onTestFinished(() => {
    connection.close();
  });
  return connection;
}

/** Locks the file for writers until it is released. */
export function lockDatabase(databaseFile: string) {
  const connection = open(databaseFile);
  connection.exec('BEGIN IMMEDIATE');
  return { release: () => connection.exec('COMMIT') };
}

export type SharkAge = 'oldest' | 'recent';

/** Creates a database as its own program does. Returns its path. */
export function createSharkDatabase(age: SharkAge, file = join(temporaryFolder(), 'shark-tasks.db')): string {
  return createDatabaseFrom([`${age}-shark-database.sql`], file);
}

/** Creates a database with these scripts, in order. Returns its path. */
export function createDatabaseFrom(
  fixtures: readonly string[],
  file = join(temporaryFolder(), 'shark-tasks.db'),
): string {
  const connection = openConnection(file);
  connection.pragma('journal_mode = WAL');
  connection.pragma('foreign_keys = OFF');
  for (const fixture of fixtures) connection.exec(readFixture(fixture));
  connection.close();
  return file;
}

export function readFixture(name: string): string {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
}

export interface Contents {
  /** Every definition of the schema, by type and name. */
  definitions: Record<string, string | null>;
  /** Every row of every table, with its rowid if it has one. */
  rows: Record<string, unknown[]>;
}

/** Compare with `toMatchObject`, which allows additional columns. */
export function contentsOf(connection: Connection): Contents {
  const definitions = connection
    .prepare<[], { name: string; sql: string | null }>(
      `SELECT type || ' ' || name AS name, sql FROM sqlite_schema`,
    )
    .all();
  const tables = connection
    .prepare<[], { name: string; wr: 0 | 1 }>(
      `SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND name <> 'sqlite_schema'`,
    )
    .all();
  return {
    definitions: Object.fromEntries(definitions.map(({ name, sql }) => [name, sql])),
    rows: Object.fromEntries(
      tables.map(({ name, wr }) => {
        const columns = wr === 1 ? '*' : 'rowid, *';
        return [name, connection.prepare(`SELECT ${columns} FROM "${name}"`).raw().all()];
      }),
    ),
  };
}
