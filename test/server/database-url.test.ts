import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { databaseFileOf } from '../../src/server/database-url.ts';

describe('databaseFileOf', () => {
  it.each([
    ['file:./data/shark.db', './data/shark.db'],
    ['file:shark.db', 'shark.db'],
    ['file:../shark.db', '../shark.db'],
    ['file:/srv/shark.db', '/srv/shark.db'],
    ['FILE:/srv/shark.db', '/srv/shark.db'],
    ['file:///srv/shark.db', '/srv/shark.db'],
    ['file://localhost/srv/shark.db', '/srv/shark.db'],
    ['file:./my%20board.db', './my board.db'],
    ['file:./my board.db', './my board.db'],
    ['file:./board%3F.db', './board?.db'],
    ['file:./board%231.db', './board#1.db'],
    ['file:./100%25.db', './100%.db'],
    ['file:./caf%C3%A9.db', './café.db'],
    ['file:./board+1.db', './board+1.db'],
    ['file:./~/board.db', './~/board.db'],
    ['file:%7E/board.db', '~/board.db'],
    ['file:%24board.db', '$board.db'],
    ['file:~/board.db', join(homedir(), 'board.db')],
    ['file:~/my%20board.db', join(homedir(), 'my board.db')],
  ])('reads %s as %s', (url, file) => {
    expect(databaseFileOf(url)).toBe(file);
  });

  it.each([
    ['file:./shark.db?connection_limit=1', 'remove the part from ? on, or write %3F'],
    ['file:./shark.db?', 'remove the part from ? on, or write %3F'],
    ['file:./shark#1.db', 'write %23'],
    ['file:./100%.db', 'write %25'],
    ['file:./caf%E9.db', 'write %25'],
    ['file:./a%00b.db', 'encoded control characters'],
    ['file:./a%0Ab.db', 'encoded control characters'],
    ['file://data/shark.db', 'after file:// comes a host'],
    ['file://./data/shark.db', 'after file:// comes a host'],
    ['file://~/shark.db', 'after file:// comes a host'],
    ['file:///~/shark.db', 'write file:~/'],
    ['file:~bob/shark.db', 'home folder'],
    ['file::memory:', 'memory'],
    ['file:$HOME/shark.db', 'variables are not replaced'],
    ['file:${HOME}/shark.db', 'variables are not replaced'],
    ['file:', 'write file: and the path'],
    ['file://', 'ends with a folder'],
    ['file:%20', 'ends with a folder'],
    ['file:./data/', 'ends with a folder'],
    ['file:.', 'ends with a folder'],
    ['file:..', 'ends with a folder'],
    ['file:./data/..', 'ends with a folder'],
    ['file:~', 'ends with a folder'],
    ['file:~/', 'ends with a folder'],
    ['file:/', 'ends with a folder'],
  ])('rejects %s and says: %s', (url, remedy) => {
    expect(() => databaseFileOf(url)).toThrow(remedy);
  });
});
