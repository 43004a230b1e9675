import { expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import {
  BoardDocument,
  SessionChangedDocument,
  SessionTurnedStaleDocument,
} from '../../src/client/generated/graphql.ts';
import { manualClock } from '../support/manual-clock.ts';
import { eventually } from '../support/received.ts';
import { claim, createTask } from '../support/tasks.ts';
import { guardedApp, tokens } from '../support/tokens.ts';

it('a client calls the token function for each request and each subscription', async () => {
  const clock = manualClock();
  await using app = await guardedApp({ clock });
  await app.start();
  const orchestrator = app.as(tokens.orchestrator);
  await claim(orchestrator, await createTask(orchestrator));
  clock.advance(5 * 3_600_000);

  const shown = [tokens.viewer, tokens.agent, 'unknown-token'];
  const client = createClient({ url: app.url, token: () => shown.shift() ?? '' });
  expect(await client.send(BoardDocument, {})).toMatchObject({ epics: [{ key: 'E01' }] });
  const events = client.subscribe(SessionTurnedStaleDocument, {});
  expect((await events.next()).value).toMatchObject({
    sessionTurnedStale: { session: { agentId: 'backend' } },
  });
  await events.return?.();
  await expect(client.send(BoardDocument, {})).rejects.toThrow('The token is unknown');
});

it('a subscription with a token function retries after an unknown token, and reports the reason', async () => {
  await using app = await guardedApp();
  await app.start();
  const reasons: string[] = [];
  const ended = new AbortController();
  const client = createClient({ url: app.url, token: () => 'not-created-yet' });
  const events = client.subscribe(
    SessionChangedDocument,
    {},
    { signal: ended.signal, onLost: (reason) => reasons.push(reason) },
  );
  const first = events.next();
  await eventually('the client was refused', () => reasons.length > 0);
  expect(reasons).toEqual([expect.stringContaining('The token is unknown')]);
  ended.abort();
  expect(await first).toMatchObject({ done: true });
});

it.each([
  ['that is unknown', 'unknown-token', 'The token is unknown'],
  ['that is missing', undefined, 'The request has no token'],
])(
  'a subscription with a constant token %s throws an error, because a new attempt would send it again',
  async (_, token, said) => {
    await using app = await guardedApp();
    await app.start();
    const reasons: string[] = [];
    const client = createClient({ url: app.url, token });
    const events = client.subscribe(SessionChangedDocument, {}, { onLost: (reason) => reasons.push(reason) });
    await expect(events.next()).rejects.toMatchObject({
      message: expect.stringContaining(said),
      codes: ['UNAUTHENTICATED'],
    });
    expect(reasons).toEqual([]);
  },
);
