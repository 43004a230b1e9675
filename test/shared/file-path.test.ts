import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expandHome } from '../../src/shared/file-path.ts';

test('replaces ~/ at the start by the home folder, and nothing else', () => {
  expect(expandHome('~/board.db')).toBe(join(homedir(), 'board.db'));
  for (const path of ['./board.db', '/srv/~/board.db', 'a~/b', 'board~.db'])
    expect(expandHome(path)).toBe(path);
});
