import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Connection, openConnection, sqliteDriver } from '../../src/db/sqlite/driver.ts';
import { open, temporaryFolder } from './shark-databases.ts';

/** Errors of the driver. Each one is caused by a real fault of a temporary database. */
export const driverErrors: readonly { what: string; code: string; cause: () => Error }[] = [
  {
    what: 'a full disk',
    code: 'DATABASE_FULL',
    cause: () =>
      thrownBy(beside(), (database) => {
        database.pragma(`max_page_count = ${String(database.pragma('page_count', { simple: true }))}`);
        database.exec(`INSERT INTO notes VALUES (zeroblob(100000))`);
      }),
  },
  {
    what: 'a read-only file',
    code: 'DATABASE_READ_ONLY',
    cause: () => thrownBy(open(beside().name, { readonly: true }), (database) => database.exec(write)),
  },
  {
    what: 'a file that was moved',
    code: 'DATABASE_GONE',
    cause: () =>
      thrownBy(beside(), (database) => {
        rmSync(database.name);
        database.exec(write);
      }),
  },
  {
    what: 'a file that another program has locked',
    code: 'DATABASE_BUSY',
    cause: () => {
      const holder = beside();
      holder.exec('BEGIN EXCLUSIVE');
      return thrownBy(open(holder.name, { timeout: 0 }), (database) => database.exec(write));
    },
  },
  {
    what: 'a file that is not a database',
    code: 'DATABASE_CORRUPT',
    cause: () => {
      const file = join(temporaryFolder(), 'no.db');
      writeFileSync(file, 'no database'.repeat(1_000));
      return thrownBy(open(file), (database) => database.exec(write));
    },
  },
  {
    what: 'a file that cannot be opened',
    code: 'DATABASE_UNAVAILABLE',
    cause: () =>
      thrownBy(beside(), () => openConnection(join(temporaryFolder(), 'none'), { readonly: true })),
  },
  {
    what: 'a failing disk',
    code: 'DATABASE_UNAVAILABLE',
    // This fault cannot be caused on every machine.
    cause: () => new (sqliteDriver().SqliteError)('disk I/O error', 'SQLITE_IOERR_FSYNC'),
  },
  {
    what: 'a dropped table',
    code: 'DATABASE_CHANGED',
    cause: () => thrownBy(beside(), (database) => database.exec('INSERT INTO main.task_sessions VALUES (1)')),
  },
];

const write = `INSERT INTO notes VALUES ('another')`;

function beside(): Connection {
  const database = open(join(temporaryFolder(), 'beside.db'));
  database.exec(`CREATE TABLE notes (text)`);
  return database;
}

function thrownBy(database: Connection, use: (database: Connection) => unknown): Error {
  try {
    use(database);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('Nothing was thrown');
}
