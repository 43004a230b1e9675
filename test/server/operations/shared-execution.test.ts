import { expect, it } from 'vitest';
import { testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { eventually } from '../../support/received.ts';
import { openSocket } from '../../support/socket.ts';
import { claim, createTask } from '../../support/tasks.ts';

it('subscribers with different selections for the same event get their own results', async () => {
  const clock = manualClock();
  await using app = await testApp({ clock });
  await app.start();
  await claim(app, await createTask(app), 'backend');
  await using socket = await openSocket(app.url);
  const history =
    'subscription ($first: Int = 1) { sessionTurnedStale { session { task { sessions(first: $first) { nodes { agentId } } } } } }';
  const asked = [
    { query: 'subscription { sessionTurnedStale { staleAt } }', variables: {} },
    { query: 'subscription { sessionTurnedStale(staleAfter: "PT4H") { when: staleAt } }', variables: {} },
    { query: history, variables: { first: 0 } },
    { query: history, variables: { first: 1 } },
    { query: history, variables: {} },
    { query: history.replace('Int = 1', 'Int = 0'), variables: {} },
  ];
  const subscriptions = asked.map(({ query, variables }) => socket.subscribe(query, variables));
  await eventually('the deadline is waited for', () => clock.pending.length === 2);
  await app.post('{ __typename }');
  clock.advance(4 * 3_600_000);

  const answers: unknown[] = [];
  for (const events of subscriptions) answers.push(await events.next());
  const none = { session: { task: { sessions: { nodes: [] } } } };
  const one = { session: { task: { sessions: { nodes: [{ agentId: 'backend' }] } } } };
  expect(answers).toEqual(
    [{ staleAt: '2026-01-11T14:00:00.000Z' }, { when: '2026-01-11T14:00:00.000Z' }, none, one, one, none].map(
      (sessionTurnedStale) => ({ sessionTurnedStale }),
    ),
  );
});
