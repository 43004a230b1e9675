import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { limitWorkPerTurn } from '../../../src/server/operations/work-per-turn.ts';
import { testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { openSocket } from '../../support/socket.ts';
import { createTask } from '../../support/tasks.ts';

it('starts at most this many pieces of work in one turn of the event loop, in the order of the calls', async () => {
  const startWork = limitWorkPerTurn(3);
  const started: number[] = [];
  const work = async (number: number) => {
    await startWork();
    started.push(number);
  };
  const afterEachTurn: number[] = [];
  // Wait for the end of a turn before the work can wait for it.
  let turn = nextTurn();
  const all = Promise.all([1, 2, 3, 4, 5, 6, 7].map(work));
  while (started.length < 7) {
    await turn;
    turn = nextTurn();
    afterEachTurn.push(started.length);
  }
  await all;
  expect(started).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(afterEachTurn).toEqual([3, 6, 7]);
});

it('a subscriber that gets many events at once leaves turns of the event loop to others', async () => {
  const sessions = 90;
  const clock = manualClock();
  await using app = await testApp({ clock });
  await app.start();
  await createTask(app);
  app.change(`
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${sessions})
    INSERT INTO tasks (id, feature_id, key, title, status, created_at, updated_at)
    SELECT 1 + n, feature_id, 'T-E01-F02-' || n, 'Many', 'in_development', created_at, updated_at
    FROM tasks, number;
    INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
    SELECT id, 'agent-' || (id - 1), 'development', 'ready_for_development', 'in_development',
      '2026-01-11T10:00:00.000+00:00'
    FROM tasks WHERE id > 1 ORDER BY id`);
  clock.advance(5 * 3_600_000);
  await using socket = await openSocket(app.url);
  // The task of each event is read by one statement.
  const events = socket.subscribe('subscription { sessionTurnedStale { session { task { key } } } }', {});
  const reads = () => app.statements.filter((sql) => sql.includes('from "tasks"')).length;

  const before = reads();
  let mostInOneTurn = 0;
  for (let last = before; last - before < sessions; ) {
    await nextTurn();
    const now = reads();
    mostInOneTurn = Math.max(mostInOneTurn, now - last);
    last = now;
  }
  expect(mostInOneTurn).toBeGreaterThan(0);
  expect(mostInOneTurn).toBeLessThanOrEqual(20);
  for (let number = 1; number <= sessions; number += 1)
    expect(await events.next()).toMatchObject({ sessionTurnedStale: { session: { task: {} } } });
});
