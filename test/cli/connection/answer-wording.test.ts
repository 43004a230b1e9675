import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inCommandTerms, wordingExtension } from '../../../src/cli/connection/answer-wording.ts';
import { connect } from '../../../src/cli/connection/connect.ts';
import { failureOf, payloadOf } from '../../../src/cli/failure.ts';
import type { Client } from '../../../src/client/client.ts';
import {
  AbandonSessionDocument,
  ClaimTaskDocument,
  SessionsDocument,
  SessionTurnedStaleDocument,
} from '../../../src/client/generated/graphql.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { testApp } from '../../support/app.ts';
import { guardedApp, tokens } from '../../support/tokens.ts';
import { claim, createTask } from '../../support/tasks.ts';

async function clientOf(url: string, token?: string): Promise<Client> {
  const { client } = await connect({
    environment: { SHARK_URL: url, SHARK_TOKEN: token },
    clock: systemClock,
    mayMakeDatabase: false,
    notice: () => {},
  });
  return client;
}

/** The failure of a command after this response. */
async function failureWith(request: Promise<unknown>) {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const failure = failureOf(error);
  if (failure === undefined) throw new Error(`It did not fail as expected, but with ${String(error)}`);
  return failure;
}

const startBeforeNow = { since: '2026-01-02', until: '2026-01-01' };

describe('a command against a server', () => {
  it('prints the error of a mutation with command names, and agent names unchanged', async () => {
    await using app = await testApp();
    await app.start();
    const key = await createTask(app);
    await claim(app, key, 'finishTask');
    const client = await clientOf(app.url);
    const { claimTask } = await client.send(ClaimTaskDocument, {
      input: { taskKey: key, agentId: 'rejectTask' },
    });
    expect(() => payloadOf(claimTask)).toThrow(/^Task already claimed by agent 'finishTask' since/);
    expect(claimTask).toMatchObject({
      suggestion: "Use 'shark task finish' or 'shark task reject' to complete work first",
    });
  });

  it('prints an error in `errors` with option names, and without its message parts', async () => {
    await using app = await testApp();
    await app.start();
    const client = await clientOf(app.url);
    expect(await failureWith(client.send(SessionsDocument, { filter: startBeforeNow, first: 1 }))).toEqual({
      exitCode: 1,
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^--since \(2026-01-02T.*\) is after --until \(2026-01-01T/),
      suggestion: null,
      details: {},
    });
  });

  it('prints the command that a role does not allow', async () => {
    await using app = await guardedApp();
    await app.start();
    const client = await clientOf(app.url, tokens.agent);
    const failure = await failureWith(
      client.send(AbandonSessionDocument, { input: { sessionId: 'TaskSession:1', reason: null } }),
    );
    expect(failure).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/^'backend-team' may not call 'shark session abandon': /),
      details: {},
    });
  });

  it('prints the reason of a rejected subscription with option names', async () => {
    await using app = await testApp();
    await app.start();
    const client = await clientOf(app.url);
    const events = client.subscribe(SessionTurnedStaleDocument, {
      staleAfter: '4h',
      silentFor: null,
      after: null,
      filter: { outcome: 'REJECTED' },
    });
    expect(await failureWith(events.next())).toMatchObject({
      exitCode: 1,
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^--outcome selects ended sessions/),
    });
  });

  it('prints the text of an older server without message parts unchanged', async () => {
    const server = createServer((_request, response) =>
      response.end(
        JSON.stringify({
          data: {
            claimTask: {
              __typename: 'TaskNotFoundError',
              message: 'Use finishTask',
              suggestion: 'Then claimTask',
            },
          },
        }),
      ),
    ).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server does not listen');
    const client = await clientOf(`http://127.0.0.1:${address.port}`);
    const { claimTask } = await client.send(ClaimTaskDocument, { input: { taskKey: 'T', agentId: 'a' } });
    expect(claimTask).toMatchObject({ message: 'Use finishTask', suggestion: 'Then claimTask' });
  });
});

describe('a response', () => {
  it('contains message parts only if the request has the extension', async () => {
    await using app = await testApp();
    const ask = async (extensions: unknown) => {
      const response = await app.fetch('http://shark.test/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', host: 'localhost' },
        body: JSON.stringify({
          query: `mutation {
            said: claimTask(input: { taskKey: "E1-F1-1", agentId: "finishTask" }) {
              ... on Error { why: message next: suggestion }
            }
          }`,
          extensions,
        }),
      });
      return response.text();
    };
    const data = {
      said: {
        why: "There is no task 'T-E1-F1-1'",
        next: 'Check the key, or list the tasks with the query tasks',
      },
    };
    for (const extensions of [undefined, null, {}, { wording: false }, { wording: 'yes' }])
      expect(await ask(extensions)).toBe(JSON.stringify({ data }));
    expect(JSON.parse(await ask(wordingExtension))).toEqual({
      data,
      extensions: {
        wording: [
          {
            path: ['said', 'next'],
            parts: ['Check the key, or list the tasks with ', { term: 'tasks' }],
          },
        ],
      },
    });
  });

  const parts = ['Use ', { term: 'finishTask' }];

  it.each<[what: string, response: unknown, expected: unknown]>([
    [
      'a text in a list',
      {
        data: { all: [{ text: 'a' }, { text: 'b' }] },
        extensions: { wording: [{ path: ['all', 1, 'text'], parts }] },
      },
      { all: [{ text: 'a' }, { text: "Use 'shark task finish'" }] },
    ],
    [
      'a path that is missing in the data',
      { data: { text: 'a' }, extensions: { wording: [{ path: ['other', 'text'], parts }] } },
      { text: 'a' },
    ],
    [
      'a path to a value that is not text',
      { data: { text: { a: 1 } }, extensions: { wording: [{ path: ['text'], parts }] } },
      { text: { a: 1 } },
    ],
    [
      'an unknown term of a newer server',
      { data: { text: 'a' }, extensions: { wording: [{ path: ['text'], parts: [{ term: 'flyTask' }] }] } },
      { text: 'a' },
    ],
    ['extensions of another server', { data: { text: 'a' }, extensions: { wording: 'none' } }, { text: 'a' }],
  ])('with %s is converted as far as possible', (_what, response, expected) => {
    expect(inCommandTerms(response)).toMatchObject({ data: expected });
  });

  it('stays unchanged if it is not an object', () => {
    expect(inCommandTerms('Bad gateway')).toBe('Bad gateway');
    expect(inCommandTerms(undefined)).toBe(undefined);
  });
});
