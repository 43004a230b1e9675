import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../errors.ts';
import { openError } from './driver-errors.ts';
import { type Connection, openConnection } from './driver.ts';

/**
 * `synchronous = FULL` protects the newest commits from a power failure. `temp_store = MEMORY` keeps what a savepoint must
 * restore in memory: otherwise, SQLite creates and deletes a file in almost every transaction. `wal_autocheckpoint` moves
 * the write-ahead log to the database file when it has 2,000 pages (8 MB), half as often as by default, so that fewer
 * than 1 % of the claims wait for it. `journal_size_limit` makes SQLite shorten a long log to 16 MB. The SELECT creates
 * the log, because `identifyFile` needs it.
 */
const writerSetUp = `
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA wal_autocheckpoint = 2000;
  PRAGMA journal_size_limit = 16777216;
  SELECT 1 FROM sqlite_schema;`;

/**
 * Opens the connection for writes. Waits while another process has locked the whole file. Throws DatabaseOpenError.
 */
export async function openWriter(file: string, busyTimeoutMs: number): Promise<Connection> {
  // The driver must not wait for a lock, because it would block the event loop.
  const connection = openConnection(file, { fileMustExist: true, timeout: 0 });
  // Try several times, because a process that closes the last connection locks the database briefly.
  for (let lockedMs = 0; ; lockedMs += 20)
    try {
      connection.exec(writerSetUp);
      return connection;
    } catch (error) {
      if (!String(codeOf(error)).startsWith('SQLITE_BUSY') || lockedMs >= busyTimeoutMs) {
        connection.close();
        throw openError(file, error);
      }
      await delay(20);
    }
}
