import { describe, expect, it } from 'vitest';
import { openConnection } from '../../../src/db/sqlite/driver.ts';
import { runProgram } from '../../support/program.ts';
import { temporaryFolder } from '../../support/shark-databases.ts';

/** Runs `shark` in a new folder, where each command sees what the earlier ones did. */
function newFolder() {
  const folder = temporaryFolder();
  return {
    file: `${folder}/data/shark.db`,
    shark: (args: string, settings: Record<string, string> = { USER: 'sam' }) =>
      runProgram(args.split(' '), { folder, settings }),
  };
}

describe('the program', () => {
  it('prints its version and the help of every command', async () => {
    const { shark } = newFolder();
    const version = await shark('--version');
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect(await shark('version')).toEqual(version);

    const help = await shark('help task claim');
    expect(help).toEqual(await shark('task claim --help'));
    expect(help).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^Usage: shark task claim /),
    });
    expect(await shark('help task clam')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Error: unknown command 'clam' \(Did you mean claim\?\)\. .*\n$/),
    });
  });

  it('shows its status, or exits with 2 if it cannot connect', async () => {
    const { shark } = newFolder();
    expect(await shark('status')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Error: There is no database at .*\n$/),
    });
    expect(await shark('status', { SHARK_URL: 'http://127.0.0.1:9' })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Error: .*127\.0\.0\.1:9.*\n$/),
    });
    await shark('epic create Sign-in');
    expect(await shark('status')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(
        /^File: {5}.*shark\.db\nVersion: {2}[\d.]+\nReady: {4}yes\nTasks: {4}0\nSessions: 0 open sessions, 0 stale\n$/,
      ),
    });
  });

  it('says where the task of a heartbeat is, and that a second finish changed nothing', async () => {
    const { shark, file } = newFolder();
    await shark('epic create Sign-in');
    await shark('feature create Tokens --epic=E01');
    await shark('task create API --feature=E01-F01 --status=ready_for_development');
    const key = 'T-E01-F01-001';
    expect(await shark(`task claim ${key}`)).toMatchObject({ code: 0 });
    const change = (sql: string) => {
      const connection = openConnection(file);
      connection.exec(sql);
      connection.close();
    };
    change(`UPDATE tasks SET status = 'cancelled'`);
    expect(await shark('session heartbeat 1')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`, ${key} is in cancelled\n$`)),
      stderr: `Warning: Another program moved task ${key} from in_development to cancelled after the claim. Check the task before you continue\n`,
    });
    change(`UPDATE tasks SET status = 'in_development'`);
    expect(await shark(`task finish ${key} --session=1`)).toMatchObject({ code: 0, stderr: '' });
    expect(await shark(`task finish ${key} --session=1`)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Already finished at .* UTC; nothing was changed\./),
      stderr: expect.stringMatching(/^Warning: Session 1 was already completed at .* UTC\./),
    });
    expect(await shark(`task show ${key}`)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining(`${key}  API  (ready_for_code_review)`),
    });
    expect(await shark('analytics phase-duration --since=7d --json')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/"since": "\d{4}-\d\d-\d\dT[\d:.]+Z"/),
    });
  });
});
