import { expect, test } from 'vitest';
import { loadDriver } from '../../../src/db/sqlite/driver.ts';
import { open, temporaryFolder } from '../../support/shark-databases.ts';

test('Node.js with Node-API 10 uses better-sqlite3 13, an older Node.js uses 12', () => {
  const { napi }: Record<string, string | undefined> = process.versions;
  const version = open(':memory:').prepare('SELECT sqlite_version()').pluck().get();

  // The versions of SQLite in better-sqlite3 13.2.0 and 12.11.1.
  expect(version).toBe(Number(napi) >= 10 ? '3.54.1' : '3.53.2');
});

test('without a driver, the error says what to install', () => {
  expect(() => loadDriver(temporaryFolder())).toThrow(
    `The SQLite driver for Node.js ${process.version} is not installed. Install the dependencies again with this version of Node.js: npm ci`,
  );
});
