import { createRequire } from 'node:module';
import { join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { packageFolder } from '../../shared/package-folder.ts';
import { codeOf, DatabaseOpenError } from '../errors.ts';

/** A connection of the SQLite driver. Close it before the process ends. */
export type Connection = BetterSqlite3.Database;

/** A prepared statement of the SQLite driver. */
export type Statement<Parameters extends unknown[] = unknown[], Row = unknown> = BetterSqlite3.Statement<
  Parameters,
  Row
>;

export interface ConnectionOptions {
  readonly?: boolean | undefined;
  /** Throw an error if the file does not exist. Default: create the file. */
  fileMustExist?: boolean | undefined;
  /** How many milliseconds a statement waits if another connection has locked the database. Default: 5,000. */
  timeout?: number | undefined;
}

const hasNodeApi10 = Number(process.versions.napi) >= 10;
const version12 = 'node_modules/.better-sqlite3-12/node_modules/better-sqlite3';
/** The compiled part of better-sqlite3 12. Without this path, version 12 searches several folders for it. */
const nativeBinding = hasNodeApi10
  ? {}
  : { nativeBinding: join(packageFolder, version12, 'build/Release/better_sqlite3.node') };

let loadedDriver: typeof BetterSqlite3 | undefined;
const openConnections = new Set<Connection>();

/**
 * Opens a database file, or the content of a database file in memory. All code gets its connections here, so one file
 * chooses the driver. Throws SqliteError, or DatabaseOpenError if there is no driver.
 */
export function openConnection(
  file: string | Buffer,
  { readonly = false, fileMustExist = false, timeout = 5_000 }: ConnectionOptions = {},
): Connection {
  const Driver = sqliteDriver();
  const connection = new Driver(file, { readonly, fileMustExist, timeout, ...nativeBinding });
  const close = connection.close.bind(connection);
  connection.close = () => {
    openConnections.delete(connection);
    return close();
  };
  openConnections.add(connection);
  return connection;
}

// If the program exits in the middle of its work, for example because nothing reads its output, connections are still
// open. Close them, so that SQLite moves the write-ahead log to the database file. Only a write connection can do that,
// and it is opened before the read connections, so close the newest connection first.
process.on('exit', () => {
  for (const connection of [...openConnections].toReversed()) connection.close();
});

/** Returns the SQLite driver of this installation. Throws DatabaseOpenError if it is not installed. */
export function sqliteDriver(): typeof BetterSqlite3 {
  loadedDriver ??= loadDriver(packageFolder);
  return loadedDriver;
}

/**
 * Loads the SQLite driver for the running Node.js from an installation. Throws DatabaseOpenError.
 *
 * better-sqlite3 13 crashes without Node-API 10, which Node.js has since 22.14. better-sqlite3 12 sometimes aborts
 * Node.js 24 when the process ends, and has to be compiled. So scripts/install-driver.js installs 12 only where 13
 * does not run.
 */
export function loadDriver(installation: string): typeof BetterSqlite3 {
  const load = createRequire(join(installation, 'package.json'));
  try {
    return load(hasNodeApi10 ? 'better-sqlite3' : join(installation, version12));
  } catch (error) {
    if (codeOf(error) !== 'MODULE_NOT_FOUND') throw error;
    throw new DatabaseOpenError(
      `The SQLite driver for Node.js ${process.version} is not installed. Install the dependencies again with this version of Node.js: npm ci`,
      { cause: error },
    );
  }
}
