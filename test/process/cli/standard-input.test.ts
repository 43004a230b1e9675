import { expect, it } from 'vitest';
import { sharkFile } from '../../support/program.ts';
import { openProcessShell } from '../../support/process-shell.ts';

it('texts come from standard input and from files', async () => {
  await using shell = await openProcessShell('on the file');
  await shell.shark('epic', 'create', 'Sign-in');
  await shell.shark('feature', 'create', 'Tokens', '--epic=E01');
  const key = 'T-E01-F01-001';
  const create = 'shark task create Issue --feature=E01-F01 --status=ready_for_development --description=-';
  expect(await shell.type(`printf 'one\\n– two\\n' | ${create}`)).toMatchObject({ code: 0, stderr: '' });
  expect(shell.rows('SELECT description FROM tasks')).toEqual([{ description: 'one\n– two' }]);

  const finish = `shark task finish ${key}`;
  await shell.type(`shark task claim ${key} --agent=backend`);
  const refused: readonly [line: string, message: string, code: number][] = [
    [
      `printf 'gr\\366\\337e' | ${finish} --notes=-`,
      'Standard input cannot be read: it is not valid UTF-8',
      2,
    ],
    [`yes | ${finish} --notes=-`, 'Standard input cannot be read: it has more than 1 MB', 2],
    [`${finish} --notes=- < /tmp`, 'is blank', 1],
    [`head -c 10001 /dev/zero | tr '\\0' x | ${finish} --notes=-`, 'has 10001 characters', 1],
    [`${finish} --notes=- < /dev/null`, 'is blank', 1],
  ];
  for (const [line, message, code] of refused) {
    const ended = await shell.type(line);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(/^Error: [^\n]+\n$/);
    expect(ended.stderr).toContain(message);
  }
  expect(await shell.type(`${finish} --notes-file=<(echo all; echo done)`)).toMatchObject({ code: 0 });
  expect(shell.rows('SELECT notes FROM task_sessions')).toEqual([{ notes: 'all\ndone' }]);
});

it('a terminal is read until Ctrl+D, and the command says so', async () => {
  await using shell = await openProcessShell('on the file');
  const command = `"${process.execPath}" "${sharkFile}" epic create Sign-in --description=-`;
  // At the end of its input, 'script' sends Ctrl+D.
  const { code, stdout } = await shell.type(`printf 'by hand\n' | script -qec '${command}' /dev/null`);
  expect(code).toBe(0);
  expect(stdout).toContain('Type the text of --description. To end it, press Ctrl+D at the start of a line.');
  expect(shell.rows('SELECT description FROM epics')).toEqual([{ description: 'by hand' }]);
});
