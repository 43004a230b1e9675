import { describe, expect, it } from 'vitest';
import { StatusDocument } from '../../../src/client/generated/graphql.ts';
import { testApp } from '../../support/app.ts';
import { answer, runCommand } from '../../support/commands.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { claim, createTasks } from '../../support/tasks.ts';

const status = (but: object = {}) =>
  answer(StatusDocument, {
    status: {
      version: '1.2.3',
      isReady: true,
      failedChecks: [],
      tasks: [
        { phase: 'development', count: 4 },
        { phase: null, count: 1 },
      ],
      openSessionCount: 2,
      staleSessionCount: 1,
      ...but,
    },
  });

describe('shark status', () => {
  it('prints where it is connected, the version and the counts', async () => {
    const run = await runCommand(['status'], { answers: [status()] });
    expect(run).toMatchObject({
      stderr: '',
      stdout: `Server:   http://shark.test/graphql
Version:  1.2.3
Ready:    yes
Tasks:    5: development 4, not in the workflow 1
Sessions: 2 open sessions, 1 stale
`,
    });
  });

  it('says why the server is not ready, and that its version differs', async () => {
    const answers = [
      status({ version: '1.3.0', isReady: false, failedChecks: ['the file\u001B[2J is gone'], tasks: [] }),
    ];
    const { stdout } = await runCommand(['status'], { answers });
    expect(stdout).toContain('Version:  1.2.3 (server: 1.3.0)\n');
    expect(stdout).toMatch(/Ready: {4}no: the file.* is gone\nTasks: {4}0\n/);
    expect(stdout).not.toContain('\u001B');
  });

  it('prints JSON', async () => {
    const { stdout } = await runCommand(['status', '--json'], { answers: [status()] });
    expect(JSON.parse(stdout)).toEqual({
      connection: 'server',
      place: 'http://shark.test/graphql',
      version: '1.2.3',
      server_version: '1.2.3',
      ready: true,
      failed_checks: [],
      task_count: 5,
      tasks: [
        { phase: 'development', task_count: 4 },
        { phase: null, task_count: 1 },
      ],
      open_session_count: 2,
      stale_session_count: 1,
    });
  });
});

it('the query status counts tasks by phase, and sessions by the threshold of the server', async () => {
  const clock = manualClock();
  let broken = false;
  await using app = await testApp({
    clock,
    onStatement(sql) {
      if (broken && sql.includes('sqlite_schema')) throw new Error('disk I/O error');
    },
  });
  const [first = '', second = ''] = await createTasks(app, [
    'ready_for_development',
    'in_development',
    'in_qa',
    'draft',
  ]);
  app.change(`UPDATE tasks SET status = 'in_no_workflow' WHERE status = 'draft'`);
  await claim(app, first);
  clock.advance(4 * 3_600_000);
  await claim(app, second);

  const { status: found } = await app.send(StatusDocument, {});
  expect(found).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    isReady: true,
    failedChecks: [],
    openSessionCount: 2,
    staleSessionCount: 1,
  });
  expect(found.tasks.filter(({ count }) => count > 0)).toEqual([
    { phase: 'development', count: 2 },
    { phase: 'qa', count: 1 },
    { phase: null, count: 1 },
  ]);
  expect(found.tasks.map(({ phase }) => phase)).toContain('approval');

  broken = true;
  expect((await app.send(StatusDocument, {})).status).toMatchObject({
    isReady: false,
    failedChecks: ['the database cannot be read. See the log for the cause'],
  });
});
