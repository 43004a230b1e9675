import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeText, readTextFile } from '../../../src/shared/files/text-file.ts';
import { temporaryFolder } from '../../support/shark-databases.ts';

const text = '{\r\n  "größe": "🦈"\r\n}\r\n';
const utf16 = Buffer.from(text, 'utf16le');

describe('text', () => {
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 of Windows', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])],
    [
      'UTF-16 in the other byte order',
      Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]),
    ],
  ])('is decoded from %s', (_encoding, bytes) => {
    expect(decodeText(bytes)).toBe(text);
  });

  it('may be empty, and loses only the first byte order mark', () => {
    expect(decodeText(Buffer.from(''))).toBe('');
    expect(decodeText(Buffer.from('\uFEFF\uFEFFa'))).toBe('\uFEFFa');
  });

  it.each([
    ['Latin-1', Buffer.from('one\r\ntwo\r\ngröße\r\n', 'latin1'), 'it is not valid UTF-8 text (line 3)'],
    ['a cut character', Buffer.from('🦈').subarray(0, 3), 'it is not valid UTF-8 text (line 1)'],
    ['UTF-16 of an odd length', Buffer.from([0xff, 0xfe, 0x61]), 'it is not valid UTF-16 text'],
    ['half a surrogate pair', Buffer.from([0xff, 0xfe, 0x00, 0xd8]), 'it is not valid UTF-16 text'],
  ])('is not silently changed: %s', (_what, bytes, message) => {
    expect(() => decodeText(bytes)).toThrow(message);
  });
});

describe('a file', () => {
  it('is read through a link to a link', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), text);
    symlinkSync('file', join(folder, 'one'));
    symlinkSync('one', join(folder, 'two'));
    expect(await readTextFile(join(folder, 'two'))).toBe(text);
  });

  it.each([
    ['missing', 'it does not exist', 'Correct the path'],
    ['folder', 'it is a folder', 'Give the path of a file'],
    ['latin', 'it is not valid UTF-8 text (line 1)', 'Save the file as UTF-8'],
    ['latin/file', 'a part of its path is not a folder', 'Correct the path'],
  ])('that cannot be read has an error in words: %s', async (name, reason, suggestion) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'latin'), 'größe', 'latin1');
    await expect(readTextFile(join(folder, name))).rejects.toMatchObject({
      message: `The file ${join(folder, name)} cannot be read: ${reason}`,
      suggestion,
    });
  });
});
