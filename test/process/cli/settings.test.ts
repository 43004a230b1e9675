import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../support/program.ts';

/* The settings of the shipped program, as an environment file or a shell passes them. */

let base = '';
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
});
afterAll(() => rmSync(base, { recursive: true }));

function workplace() {
  const folder = mkdtempSync(join(base, 'settings-'));
  const home = join(folder, 'home');
  mkdirSync(home);
  const run = (args: readonly string[], settings: Readonly<Record<string, string>>) =>
    runProgram(args, { folder, settings: { HOME: home, ...settings } });
  return { folder, home, run };
}

describe.concurrent('a database that is named', { timeout: 60_000 }, () => {
  it.each([
    ['with a Windows line end', './b.db\r', 'b.db'],
    ['with white space around it', ' \tfile:./b.db ', 'b.db'],
    ['relative to the home folder', 'file:~/b.db', 'home/b.db'],
    ['with encoded characters', 'file:./my%20b.db', 'my b.db'],
    ['with an empty host', 'file://FOLDER/b.db', 'b.db'],
    ['with the host localhost', 'file://localhostFOLDER/b.db', 'b.db'],
  ])('%s is the same for every command', async (_, url, file) => {
    const { folder, run } = workplace();
    const settings = {
      DATABASE_URL: (url.includes('file:') ? url : `file:${url}`).replace('FOLDER', folder),
    };

    expect(await run(['epic', 'create', 'Sign-in'], settings)).toMatchObject({ code: 0, stderr: '' });

    expect(existsSync(join(folder, file))).toBe(true);
    expect(await run(['epic', 'list'], settings)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Sign-in'),
    });
    expect(await run(['epic', 'list'], { DATABASE_URL: `file:${join(folder, file)}` })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Sign-in'),
    });
  });

  it.each([
    ['file:./b.db?connection_limit=1', "DATABASE_URL is 'file:./b.db?…': parameters are not supported"],
    ['file:./b#1.db', "DATABASE_URL is 'file:./b#1.db': write %23"],
    ['file:./50%.db', "DATABASE_URL is 'file:./50%.db': write %25"],
    ['file://host/b.db', "DATABASE_URL is 'file://host/b.db': after file:// comes a host"],
    ['file:~bob/b.db', "DATABASE_URL is 'file:~bob/b.db': '~bob/b.db' starts with the name of another home"],
    ['file:$HOME/b.db', "DATABASE_URL is 'file:$HOME/b.db': variables are not replaced"],
    ['file:./data/', "DATABASE_URL is 'file:./data/': write the path of a file"],
    ['file:./a\rb.db', String.raw`DATABASE_URL is "file:./a\rb.db": it contains a control character`],
  ])('%j is rejected in one line, and creates nothing', async (url, said) => {
    const { folder, run } = workplace();
    const ended = await run(['epic', 'create', 'Sign-in'], { DATABASE_URL: url });

    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(said) });
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['home']);
  });
});

describe.concurrent('~/ is the home folder', { timeout: 60_000 }, () => {
  it('in API_TOKENS_FILE and in the argument of backup', async () => {
    const { folder, home, run } = workplace();
    await run(['epic', 'create', 'Sign-in'], { DATABASE_URL: 'file:~/b.db' });

    const token = await run(['token', '--name=ci', '--role=viewer'], { API_TOKENS_FILE: '~/tokens.json\r' });
    const backup = await run(['backup', '~/copy.db'], { DATABASE_URL: 'file:~/b.db' });

    expect([token.code, backup.code]).toEqual([0, 0]);
    expect(readdirSync(home).toSorted()).toEqual(['b.db', 'copy.db', 'tokens.json']);
    expect(readdirSync(folder)).toEqual(['home']);
  });

  it.each(['~bob/copy.db', 'file:./copy.db'])(
    'and %s is rejected as the argument of backup',
    async (copy) => {
      const { folder, run } = workplace();
      await run(['epic', 'create', 'Sign-in'], { DATABASE_URL: 'file:~/b.db' });

      expect(await run(['backup', copy], { DATABASE_URL: 'file:~/b.db' })).toEqual({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^Error: '[^\n]+\n$/),
      });
      expect(readdirSync(folder)).toEqual(['home']);
    },
  );
});

describe.concurrent('SHARK_URL', { timeout: 60_000 }, () => {
  it.each(['http://user:s3cret@127.0.0.1:9', 'http:user:s3cret@127.0.0.1:9', 'user:s3cret@127.0.0.1'])(
    'is not printed with its password: %s',
    async (url) => {
      const { run } = workplace();
      for (const command of [['epic', 'list'], ['epic', 'list', '--json'], ['watch']]) {
        const ended = await run(command, { SHARK_URL: url });
        expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('SHARK_URL is') });
        expect(ended.stderr).not.toContain('s3cret');
      }
    },
  );

  it('is not printed with its parameters if the server does not respond', async () => {
    const { run } = workplace();
    const ended = await run(['epic', 'list'], { SHARK_URL: 'http://127.0.0.1:9/graphql?key=s3cret\r' });
    expect(ended).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Error: No response from http:\/\/127\.0\.0\.1:9\/graphql: [^\n]+\n$/),
    });
  });
});
