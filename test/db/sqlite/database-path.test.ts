import { linkSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveDatabasePath } from '../../../src/db/sqlite/database-path.ts';
import { temporaryFolder } from '../../support/shark-databases.ts';

describe('resolveDatabasePath', () => {
  it('follows links to a file that exists or does not exist yet', () => {
    const folder = realpathSync(temporaryFolder());
    mkdirSync(join(folder, 'real'));
    const file = join(folder, 'real/board.db');
    symlinkSync('real', join(folder, 'data'));
    symlinkSync('data/board.db', join(folder, 'first.db'));
    symlinkSync(join(folder, 'first.db'), join(folder, 'second.db'));
    const names = ['real/board.db', 'data/board.db', 'first.db', 'second.db', 'data/../first.db'];

    const before = names.map((name) => resolveDatabasePath(join(folder, name)));
    writeFileSync(file, '');

    expect(before).toEqual(names.map(() => file));
    expect(names.map((name) => resolveDatabasePath(join(folder, name)))).toEqual(names.map(() => file));
  });

  it('keeps a path in a folder that does not exist, and a link that leads to itself', () => {
    const folder = realpathSync(temporaryFolder());
    symlinkSync('circle.db', join(folder, 'circle.db'));

    for (const name of ['none/at/all.db', 'circle.db'])
      expect(resolveDatabasePath(join(folder, name))).toBe(join(folder, name));
  });

  it('rejects a file with a second name', () => {
    const folder = realpathSync(temporaryFolder());
    const file = join(folder, 'board.db');
    writeFileSync(file, '');
    linkSync(file, join(folder, 'other.db'));

    expect(() => resolveDatabasePath(file)).toThrow(`The database ${file} has 2 names (hard links).`);
  });
});
