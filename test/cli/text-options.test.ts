import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createProgram, throwUsageErrors } from '../../src/cli/program.ts';
import { readTexts } from '../../src/cli/text-options.ts';
import { temporaryFolder } from '../support/shark-databases.ts';

interface Input {
  parts?: readonly (string | Buffer)[];
  isTerminal?: boolean;
}

/** Parses arguments. Returns the options that the command gets, and what was printed. */
async function parse(args: readonly string[], { parts = [], isTerminal = false }: Input = {}) {
  let options: unknown;
  let reads = 0;
  const printed: string[] = [];
  const program = createProgram('1.2.3', async () => {});
  const read = () => {
    reads += 1;
    return Readable.from(parts.map((part) => Buffer.from(part)));
  };
  readTexts(program, { standardInput: { isTerminal, read }, explain: (line) => printed.push(line) });
  program.hook('preAction', (_program, command) => {
    options = { ...command.opts() };
  });
  throwUsageErrors(program);
  await program.parseAsync([...args], { from: 'user' });
  return { options, reads, printed };
}

/** Each command with a text, and the name of its option. */
const commands = [
  ['notes', ['task', 'finish', 'T-E07-F20-001']],
  ['reason', ['task', 'reject', 'T-E07-F20-001']],
  ['reason', ['task', 'block', 'T-E07-F20-001']],
  ['reason', ['session', 'abandon', '42']],
  ['description', ['epic', 'create', 'Sign-in']],
  ['description', ['feature', 'create', 'Tokens', '--epic=E07']],
  ['description', ['task', 'create', 'Issue', '--feature=E07-F20']],
] as const;

const multiline = '"One" – größe\r\n\n  two\n';

describe.each(commands)('--%s of shark %j', (name, command) => {
  it('is read from standard input for -', async () => {
    for (const args of [[`--${name}=-`], [`--${name}`, '-'], [`--${name}-file=-`]]) {
      // A character can be cut by the end of a part.
      const bytes = Buffer.from(`${multiline}\n`);
      const { options, reads, printed } = await parse([...command, ...args], {
        parts: [bytes.subarray(0, 9), bytes.subarray(9)],
      });
      expect(options).toMatchObject({ [name]: multiline });
      expect({ reads, printed }).toEqual({ reads: 1, printed: [] });
    }
  });

  it('is read from a file, and the API gets no other option', async () => {
    const file = join(temporaryFolder(), 'text.md');
    writeFileSync(file, `\uFEFF${multiline}`);
    const { options, reads } = await parse([...command, `--${name}-file=${file}`]);
    expect(options).toMatchObject({ [name]: multiline.slice(0, -1) });
    expect(Object.keys(Object(options))).not.toContain(`${name}File`);
    expect(reads).toBe(0);
  });

  it('is not read from standard input otherwise', async () => {
    for (const text of ['--', ' -', '- one', '']) {
      const { options, reads } = await parse([...command, `--${name}=${text}`]);
      expect({ options, reads }).toEqual({ options: expect.objectContaining({ [name]: text }), reads: 0 });
    }
  });

  it('is given once', async () => {
    await expect(parse([...command, `--${name}=one`, `--${name}-file=-`])).rejects.toMatchObject({
      errorCode: 'USAGE',
      message: expect.stringMatching(
        `^option '--${name}' cannot be used with option '--${name}-file'\\. 'shark .* --help' shows the usage$`,
      ),
    });
  });
});

const finish = ['task', 'finish', 'T-E07-F20-001'];

describe('a text of standard input', () => {
  it.each([
    [['one\n'], 'one'],
    [['one\r\n'], 'one'],
    [['one\n\n'], 'one\n'],
    [['one'], 'one'],
    [['\n'], ''],
    [[], ''],
  ])('%j loses one line feed at its end', async (parts, notes) => {
    expect((await parse([...finish, '--notes=-'], { parts })).options).toEqual({ notes });
  });

  it('on a terminal says how to end it', async () => {
    const { printed } = await parse([...finish, '--notes=-'], { isTerminal: true });
    expect(printed).toEqual(['Type the text of --notes. To end it, press Ctrl+D at the start of a line.']);
    expect((await parse([...finish, '--notes=one'], { isTerminal: true })).printed).toEqual([]);
  });

  it.each([
    [
      [Buffer.from('one\ngröße', 'latin1')],
      'Standard input cannot be read: it is not valid UTF-8 text (line 2)',
    ],
    [
      Array.from({ length: 17 }, () => 'x'.repeat(65_536)),
      'Standard input cannot be read: it has more than 1 MB, which is too long for a text',
    ],
  ])('is refused if it is no text', async (parts, message) => {
    await expect(parse([...finish, '--notes=-'], { parts })).rejects.toMatchObject({
      errorCode: 'FILE',
      message,
    });
  });
});

describe('a text of a file', () => {
  it.each([
    ['missing', 'it does not exist'],
    ['folder', 'it is a folder'],
  ])('is refused if the file cannot be read: %s', async (name, reason) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder'));
    const file = join(folder, name);
    await expect(parse([...finish, `--notes-file=${file}`])).rejects.toMatchObject({
      errorCode: 'FILE',
      message: `The file ${file} cannot be read: ${reason}`,
    });
  });

  it('can be in the home folder', async () => {
    const file = `~/nothing-${process.pid}`;
    await expect(parse([...finish, `--notes-file=${file}`])).rejects.toThrow(
      `The file ${join(homedir(), file.slice(2))} cannot be read`,
    );
  });
});
