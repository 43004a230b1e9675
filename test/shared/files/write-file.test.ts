import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../../src/shared/files/file-error.ts';
import { type FileToWrite, writeWholeFile } from '../../../src/shared/files/write-file.ts';
import { temporaryFolder } from '../../support/shark-databases.ts';

const write = (file: FileToWrite, text = 'new') =>
  writeWholeFile(file, (temporaryFile) => writeFileSync(temporaryFile, text));
const textOf = (path: string) => readFileSync(path, 'utf8');

describe('a new file', () => {
  it('gets its name when it is complete', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'new.txt');
    const result = await writeWholeFile({ path, ifExists: 'refuse', mode: 0o640 }, async (temporaryFile) => {
      writeFileSync(temporaryFile, 'half');
      expect(existsSync(path)).toBe(false);
      writeFileSync(temporaryFile, 'whole');
      return 'the result';
    });
    expect(result).toBe('the result');
    expect(textOf(path)).toBe('whole');
    expect(statSync(path).mode & 0o777).toBe(0o640 & ~process.umask());
    expect(readdirSync(folder)).toEqual(['new.txt']);
  });

  it('does not replace a file, a folder or a link, even if it appears during the writing', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'old');
    symlinkSync('nothing', join(folder, 'link'));
    for (const name of ['file', 'link'])
      await expect(write({ path: join(folder, name), ifExists: 'refuse' })).rejects.toMatchObject({
        message: `The file ${join(folder, name)} cannot be written: it exists already, and is not overwritten`,
        suggestion: 'Choose a file name that does not exist',
      });
    const late = join(folder, 'late');
    await expect(
      writeWholeFile({ path: late, ifExists: 'refuse' }, () => writeFileSync(late, 'mine')),
    ).rejects.toMatchObject({ systemCode: 'EEXIST' });
    expect([textOf(join(folder, 'file')), textOf(late)]).toEqual(['old', 'mine']);
    expect(readdirSync(folder).toSorted()).toEqual(['file', 'late', 'link']);
  });
});

describe('a replaced file', () => {
  it('keeps its permissions and its owner', async () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, 'old');
    chmodSync(path, 0o604);
    if (process.getuid?.() === 0) chownSync(path, 1_234, 2_345);
    const { uid, gid } = statSync(path);
    await write({ path, ifExists: 'replace', mode: 0o600 });
    const { mode, ...owner } = statSync(path);
    expect({ mode: mode & 0o777, text: textOf(path) }).toEqual({ mode: 0o604, text: 'new' });
    expect(owner).toMatchObject({ uid, gid });
  });

  it.each(['existing', 'missing'])(
    'keeps a link to a link, and replaces the %s file at its end',
    async (which) => {
      const folder = temporaryFolder();
      mkdirSync(join(folder, 'real'));
      if (which === 'existing') writeFileSync(join(folder, 'real', 'file'), 'old');
      symlinkSync('real/file', join(folder, 'one'));
      symlinkSync('one', join(folder, 'two'));
      await write({ path: join(folder, 'two'), ifExists: 'replace' });
      expect(textOf(join(folder, 'real', 'file'))).toBe('new');
      expect(lstatSync(join(folder, 'two')).isSymbolicLink()).toBe(true);
      expect(readdirSync(join(folder, 'real'))).toEqual(['file']);
    },
  );

  it('is found by a link that leads out of a linked folder', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'real', 'inner'), { recursive: true });
    writeFileSync(join(folder, 'real', 'file'), 'old');
    symlinkSync('../file', join(folder, 'real', 'inner', 'link'));
    symlinkSync('real/inner', join(folder, 'short'));
    await write({ path: join(folder, 'short', 'link'), ifExists: 'replace' });
    expect(textOf(join(folder, 'real', 'file'))).toBe('new');
    expect(readdirSync(folder).toSorted()).toEqual(['real', 'short']);
  });

  it('is unchanged if the new content fails', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    const failure = new Error('no more content');
    await expect(
      writeWholeFile({ path, ifExists: 'replace' }, (temporaryFile) => {
        writeFileSync(temporaryFile, 'half');
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(textOf(path)).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

describe('the error says why a file cannot be written, and leaves nothing', () => {
  it.each([
    ['its folder does not exist', 'none/file', /^Create the folder .*none, or correct the path$/],
    ['a part of its path is not a folder', 'file/file', /^Correct the path$/],
    ['it is a folder', 'folder', /^Give the path of a file$/],
    ['it is a folder', 'new/', /^Give the path of a file$/],
    ['its name is too long', 'x'.repeat(256), /^Choose another name$/],
    ['it is a device or a pipe', 'pipe', /^Give the path of a file$/],
    ['its symbolic links lead nowhere', 'circle', /^Check the permissions/],
  ])('%s: %s', async (reason, name, suggestion) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'old');
    mkdirSync(join(folder, 'folder'));
    symlinkSync('circle', join(folder, 'circle'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const before = readdirSync(folder);
    const path = `${folder}/${name}`;
    for (const ifExists of ['refuse', 'replace'] as const) {
      const error = await write({ path, ifExists }).catch((thrown: unknown) => thrown);
      if (!(error instanceof FileError)) throw error;
      expect(error.message).toBe(`The file ${path} cannot be written: ${reason}`);
      expect(error.suggestion).toMatch(suggestion);
    }
    expect(readdirSync(folder)).toEqual(before);
  });
});
