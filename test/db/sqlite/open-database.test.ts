import { existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/db/sqlite/open-database.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { temporaryFolder } from '../../support/shark-databases.ts';

function open(file: string) {
  return openDatabase({ file, prepare: () => {}, clock: systemClock, onError: () => {} });
}

describe('a new database', () => {
  it('is created in a new folder', async () => {
    const file = join(realpathSync(temporaryFolder()), 'new/folder/shark.db');
    const database = await open(file);
    await database.close();

    expect(database.file).toBe(file);
    expect(existsSync(file)).toBe(true);
  });

  it('is created where a link leads to', async () => {
    const folder = realpathSync(temporaryFolder());
    mkdirSync(join(folder, 'real'));
    symlinkSync('real/board.db', join(folder, 'shark.db'));
    const database = await open(join(folder, 'shark.db'));
    await database.close();

    expect(database.file).toBe(join(folder, 'real/board.db'));
    expect(readdirSync(join(folder, 'real'))).toEqual(['board.db']);
  });

  it.each([
    ['shark.db', 'missing/board.db'],
    ['data', 'missing'],
  ])('is not created if the link %s leads to a folder that does not exist', async (link, target) => {
    const folder = realpathSync(temporaryFolder());
    symlinkSync(target, join(folder, link));
    const given = join(folder, link === 'data' ? 'data/shark.db' : link);

    await expect(open(given)).rejects.toThrow(
      /^The database .*missing.* cannot be opened|cannot be opened: .*missing/,
    );
    expect(readdirSync(folder)).toEqual([link]);
  });
});
