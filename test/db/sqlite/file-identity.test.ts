import { statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { identifyFile } from '../../../src/db/sqlite/file-identity.ts';
import { open, temporaryFolder } from '../../support/shark-databases.ts';

it('measures the write-ahead log of a database that was opened through a link', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'real.db');
  const connection = open(file);
  connection.pragma('journal_mode = WAL');
  symlinkSync(file, join(folder, 'shark.db'));
  connection.exec('CREATE TABLE notes (text)');
  const identity = identifyFile(join(folder, 'shark.db'), file);
  connection.exec(`INSERT INTO notes VALUES ('first')`);

  const { size } = statSync(`${file}-wal`);
  expect(size).toBeGreaterThan(0);
  expect(identity.check()).toEqual({ logBytes: size });
});
