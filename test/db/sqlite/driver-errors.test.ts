import { describe, expect, it } from 'vitest';
import { ClaimTaskDocument } from '../../../src/client/generated/graphql.ts';
import { expectFault, workOn } from '../../support/acknowledged.ts';
import { testApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { driverErrors } from '../../support/driver-faults.ts';
import { alsoSelecting, historyOfTask } from '../../support/selections.ts';
import { createTasks } from '../../support/tasks.ts';

describe.each(driverErrors)('$what', ({ code, cause }) => {
  it(`in any statement rolls back a claim and is reported as ${code}`, async () => {
    const injected = createErrorInjector();
    await using app = await testApp({ onStatement: injected.onStatement });
    const [trial = '', taskKey = '', last = ''] = await createTasks(app, waiting(3));
    const work = workOn(app.config.databaseFile, app.post);
    const thrown = cause();

    app.statements.length = 0;
    await work.claim(trial);
    const statements = app.statements.slice(0, app.statements.indexOf('COMMIT') + 1);
    expect(statements.length).toBeGreaterThan(5);
    const before = everyRow(app);
    for (const [index, statement] of statements.entries()) {
      // At the start of a transaction, the server waits for a locked file.
      if (code === 'DATABASE_BUSY' && index === 0) continue;
      injected.throwAt(index, thrown);
      const message = expectFault(await work.claim(taskKey), code);

      expect(message, `at ${statement}`).toContain('Nothing was changed');
      expect(message).toContain(code === 'DATABASE_BUSY' ? 'Try again' : 'The operator');
      expect(everyRow(app), `at ${statement}`).toEqual(before);
      const logged = app.logged.findLast(({ level }) => level === 50);
      expect(logged).toMatchObject({ code, path: ['claimTask'] });
      expect(JSON.stringify(logged)).toContain(thrown.message);
    }

    await work.expectRecovered(taskKey);
    await work.expectRecovered(last);
  });

  it('is reported by reads, which succeed again when the cause is gone', async () => {
    const injected = createErrorInjector();
    await using app = await testApp({ onStatement: injected.onStatement });
    await createTasks(app, waiting(1));
    const query = '{ tasks { totalCount nodes { key } } }';

    injected.throwAt(0, cause());
    expectFault(await app.post(query), code);
    expect(await app.post(query)).toEqual({
      data: { tasks: { totalCount: 1, nodes: [{ key: 'T-E01-F01-001' }] } },
    });
  });

  it('does not roll back a committed claim whose response cannot be read, and the error says so', async () => {
    const injected = createErrorInjector();
    await using app = await testApp({ onStatement: injected.onStatement });
    const [trial = '', taskKey = ''] = await createTasks(app, waiting(2));
    const claim = (key: string) =>
      app.post(alsoSelecting(ClaimTaskDocument.toString(), historyOfTask), {
        input: { taskKey: key, agentId: 'worker' },
      });
    app.statements.length = 0;
    await claim(trial);

    injected.throwAt(app.statements.indexOf('COMMIT') + 1, cause());
    const message = expectFault(await claim(taskKey), code);

    expect(message).toContain('its change was made');
    expect(message).not.toContain('Nothing was changed');
    expect(app.rows('SELECT count(*) AS sessions FROM task_sessions')).toEqual([{ sessions: 2 }]);
  });
});

const waiting = (count: number) => Array<string>(count).fill('ready_for_development');

/** Makes one statement fail, once. */
function createErrorInjector() {
  let left = -1;
  let error: Error | undefined;
  return {
    onStatement() {
      if (error === undefined || left-- > 0) return;
      const thrown = error;
      error = undefined;
      throw thrown;
    },
    throwAt(index: number, thrown: Error) {
      left = index;
      error = thrown;
    },
  };
}
