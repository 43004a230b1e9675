import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { expandHome, readPath } from '../../../src/shared/files/file-path.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([expandHome, readPath])(
  '%o replaces ~/ at the start by the home folder, and nothing else',
  (read) => {
    expect(read('~/board.db')).toBe(join(homedir(), 'board.db'));
    for (const path of ['./board.db', '/srv/~/board.db', 'a~/b', 'board~.db', './~bob/board.db'])
      expect(read(path)).toBe(path);
  },
);

test.each(['~bob/board.db', '~bob', '~+/board.db'])('rejects %s, the home folder of another user', (path) => {
  expect(() => readPath(path)).toThrow(
    `'${path}' starts with the name of another home folder: write the whole path, or ./${path} for a name that starts with ~`,
  );
});

test('rejects ~/ if the home folder is unknown', () => {
  vi.stubEnv('HOME', '');
  expect(() => readPath('~/board.db')).toThrow('set HOME, or write the whole path');
});

test('rejects a URL', () => {
  expect(() => readPath('file:./tokens.json')).toThrow(
    "'file:./tokens.json' is a URL: write a path, without file:",
  );
});
