import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../errors.ts';
import { openError } from './driver-errors.ts';
import { type Connection, openConnection } from './driver.ts';

/**
 * `synchronous = FULL` protects the newest commits from a power failure. `journal_size_limit` makes SQLite shorten a
 * long write-ahead log to 16 MB. `temp_store = MEMORY` keeps what a savepoint must restore in memory: otherwise, SQLite
 * creates and deletes a file in almost every transaction. The SELECT creates the log, because `identifyFile` needs it.
 */
const writerSetUp = `PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
  PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 16777216; SELECT 1 FROM sqlite_schema;`;

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
