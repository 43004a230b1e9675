import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProcessShell } from '../../support/process-shell.ts';
import type { Shell } from '../../support/shell.ts';

let shell: Shell;
beforeAll(async () => {
  shell = await openProcessShell('on the file');
});
afterAll(() => shell[Symbol.asyncDispose]());

/** The suggestions for the last word; one line each, with its description after a tab. */
async function offered(...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await shell.shark('complete', '--', ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(':'))
    .map((line) => line.split('\t')[0] ?? '');
}

/** The syntax errors that a shell finds in a script; undefined if the shell is not installed. */
function faultsIn(script: string, of: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'shark-completion-'));
  try {
    const file = join(folder, 'script');
    writeFileSync(file, script);
    const { error, stderr, status } = spawnSync(of, ['-n', file], { encoding: 'utf8' });
    if (error !== undefined) return undefined;
    return status === 0 ? '' : stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('shark complete', () => {
  it('prints a valid script for bash that completes shark', async () => {
    const { code, stdout, stderr } = await shell.shark('complete', 'bash');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^complete .*\bshark$/m);
    expect(faultsIn(stdout, 'bash')).toBe('');
  });

  it.each(['zsh', 'fish'])(
    'prints a script for %s, which is valid if the shell is installed',
    async (name) => {
      const { code, stdout, stderr } = await shell.shark('complete', name);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('shark complete -- ');
      expect(['', undefined]).toContain(faultsIn(stdout, name));
    },
  );

  it('the check detects invalid scripts', () => {
    expect(faultsIn('if then fi', 'bash')).toContain('syntax error');
  });

  it.each([
    { args: ['complete'], said: 'shell' },
    { args: ['complete', 'tcsh'], said: 'zsh, bash, fish, powershell' },
  ])('lists the supported shells: shark $args', async ({ args, said }) => {
    const { code, stdout, stderr } = await shell.shark(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Error: [^\n]+\n$/);
    expect(stderr).toContain(said);
  });
});

describe('suggestions', () => {
  it('contain commands', async () => {
    expect(await offered('ta')).toEqual(['task']);
    expect(await offered('task', 'cl')).toEqual(['claim']);
    expect(await offered('task', '')).toEqual(
      expect.arrayContaining(['claim', 'next', 'finish', 'sessions', 'list']),
    );
  });

  it('contain operator commands', async () => {
    expect(await offered('back')).toEqual(['backfill', 'backup']);
  });

  it('contain options', async () => {
    expect(await offered('task', 'sessions', '--ex')).toEqual(['--export']);
    expect(await offered('task', 'claim', '--')).toEqual(
      expect.arrayContaining(['--agent', '--agent-type', '--json']),
    );
  });

  it('contain the values of an option', async () => {
    const outcomes = ['completed', 'rejected', 'blocked', 'abandoned'];
    for (const words of [['--outcome', ''], ['--outcome=']]) {
      const found = await offered('task', 'sessions', ...words);
      expect(found.map((each) => each.replace('--outcome=', ''))).toEqual(outcomes);
    }
    expect(await offered('task', 'sessions', '--outcome', 're')).toEqual(['rejected']);
    expect(await offered('epic', 'create', '--priority', '')).toEqual(['high', 'medium', 'low']);
  });

  it('contain a description for each command', async () => {
    const { stdout } = await shell.shark('complete', '--', 'task', 'cl');
    expect(stdout).toContain('claim\tclaim a task for an agent and open a session\n');
  });
});
