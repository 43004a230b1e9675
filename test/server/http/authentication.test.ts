import { once } from 'node:events';
import { utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sha256Of } from '../../../src/server/auth/tokens.ts';
import { SessionChangedDocument } from '../../../src/client/generated/graphql.ts';
import { openEventStream } from '../../support/event-stream.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { eventually, inTime } from '../../support/received.ts';
import { openRawSocket, openSocket } from '../../support/socket.ts';
import { close, frame, openHandmadeSocket } from '../../support/socket-frames.ts';
import { entries, guardedApp, tokens } from '../../support/tokens.ts';

const wrong = 'shark_not-a-token-of-this-server';
const rereadTokens = 'the token file was read again after a change';
const json = { 'content-type': 'application/json' };
const ask = { method: 'POST', headers: json, body: JSON.stringify({ query: '{ __typename }' }) };
const missing =
  'The request has no token. Send the header Authorization: Bearer <token>. In GraphiQL, enter the header under Headers. On a WebSocket, send {"authorization":"Bearer …"} as the payload of connection_init';
const unknown =
  "The token is unknown: it is mistyped or was revoked. The operator can create a new token with 'shark token'";

/** All HTTP requests that return data. */
const requests: readonly [what: string, path: string, init: RequestInit][] = [
  ['a query', '/graphql', ask],
  ['a query at the path with a slash', '/graphql/', ask],
  ['a query in the URL', '/graphql?query={__typename}', {}],
  [
    'a query of the schema fields',
    '/graphql',
    { ...ask, body: JSON.stringify({ query: '{ __schema { types { name } } }' }) },
  ],
  ['a misspelled field', '/graphql', { ...ask, body: JSON.stringify({ query: '{ taks }' }) }],
  ['invalid JSON', '/graphql', { ...ask, body: '{' }],
  [
    'a subscription',
    '/graphql',
    {
      ...ask,
      headers: { ...json, accept: 'text/event-stream' },
      body: JSON.stringify({ query: SessionChangedDocument.toString() }),
    },
  ],
  ['a request from a script element', '/graphql?query={__typename}', { headers: { accept: '*/*' } }],
  ['an export', '/export/sessions.csv', {}],
  ['a metrics request', '/metrics', {}],
  ['an export with HEAD', '/export/sessions.csv', { method: 'HEAD' }],
];

it('the log says at the level debug why a client was not authenticated', async () => {
  await using app = await guardedApp({ config: { logLevel: 'debug' } });
  await app.start();
  await app.as(wrong).fetch('http://test/graphql', ask);
  await using socket = await openRawSocket(app.url);
  socket.send({ type: 'connection_init' });
  await socket.closed();
  expect(app.logged.filter(({ msg }) => msg === 'a client was not authenticated')).toMatchObject([
    { level: 20, reason: unknown },
    { level: 20, reason: missing },
  ]);
});

describe('without a token', () => {
  it.each(requests)('%s is rejected with 401 and no details', async (_what, path, init) => {
    await using app = await guardedApp();
    const answer = await app.fetch(`http://test${path}`, init);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('x-request-id')).toMatch(/./);
    if (init.method !== 'HEAD')
      expect(await answer.json()).toEqual({
        errors: [{ message: missing, extensions: { code: 'UNAUTHENTICATED' } }],
      });
  });

  it.each(['/health', '/ready'])('%s is available for monitoring', async (path) => {
    await using app = await guardedApp();
    expect((await app.fetch(`http://test${path}`)).ok).toBe(true);
  });

  it('GraphiQL opens, with a header for the token that is not stored', async () => {
    await using app = await guardedApp();
    const page = await (await app.fetch('http://test/graphql', { headers: { accept: 'text/html' } })).text();
    expect(page).toContain(JSON.stringify('{ "Authorization": "Bearer " }'));
    expect(page).toContain('"shouldPersistHeaders":false');
  });
});

describe('a token', () => {
  it.each(requests.filter(([what]) => /^(a query|an export|the head)/.test(what)))(
    'gives access to %s',
    async (_what, path, init) => {
      await using app = await guardedApp();
      expect((await app.as(tokens.viewer).fetch(`http://test${path}`, init)).status).toBe(200);
    },
  );

  it.each([
    ['is unknown', `Bearer ${wrong}`, unknown],
    ['is the hash of a token', `Bearer ${sha256Of(tokens.viewer)}`, unknown],
    ['has another scheme', `Basic ${tokens.viewer}`, missing],
    ['is empty', 'Bearer ', missing],
    ['contains two tokens', `Bearer ${tokens.viewer} ${tokens.viewer}`, missing],
  ])('that %s is rejected', async (_what, authorization, message) => {
    await using app = await guardedApp();
    const answer = await app.fetch('http://test/graphql', { ...ask, headers: { ...json, authorization } });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('that has expired is rejected with the time of expiry', async () => {
    const clock = manualClock('2026-01-11T10:00:00.000Z');
    await using app = await guardedApp({ clock });
    app.replaceTokens([{ ...entries.viewer, expiresAt: new Date('2026-01-11T10:00:05.000Z') }]);
    await eventually('the file is read', () => {
      clock.advance(1_000);
      return app.logged.some(({ msg }) => msg === rereadTokens);
    });
    clock.jumpTo('2026-01-11T10:00:05.000Z');
    expect(await app.as(tokens.viewer).post('{ __typename }')).toEqual({
      errors: [
        {
          message:
            "The token 'board' expired at 2026-01-11T10:00:05.000Z. The operator can create a new token with 'shark token'",
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  });

  it('never appears in the log or in a response', async () => {
    await using app = await guardedApp();
    await app.start();
    const said: unknown[] = [];
    for (const token of [wrong, tokens.viewer]) {
      said.push(await app.as(token).post('{ nothing }'), await app.as(token).post('mutation { createEpic }'));
      const answer = await app.as(token).fetch('http://test/export/sessions.csv?nothing=1');
      said.push([...answer.headers], await answer.text());
      await using socket = await openRawSocket(app.url);
      socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
      if (token === wrong) said.push(await socket.closed());
    }
    writeFileSync(app.tokensFile, `{ "tokens": [{ "name": "x", "token": "${wrong}" }]`);
    const text = JSON.stringify([said, app.logged]);
    for (const token of [wrong, tokens.viewer]) expect(text).not.toContain(token);
    expect(text).toContain('The token is unknown');
  });
});

describe('on a WebSocket', () => {
  it.each([
    ['a missing token', undefined, 4401, missing],
    ['a payload without a token', {}, 4401, missing],
    ['a token that is not text', { authorization: 7 }, 4401, missing],
    ['an unknown token', { authorization: `Bearer ${wrong}` }, 4403, unknown],
  ])('%s in connection_init is rejected', async (_what, payload, code, message) => {
    await using app = await guardedApp();
    await app.start();
    await using socket = await openRawSocket(app.url);
    socket.send({ type: 'connection_init', payload });
    const closing = await socket.closed();
    expect(closing.code).toBe(code);
    expect(message).toContain(closing.reason.replace(/…$/, ''));
    expect(socket.unread).toEqual([]);
  });

  it('an operation before connection_init is rejected with 4401', async () => {
    await using app = await guardedApp();
    await app.start();
    await using socket = await openRawSocket(app.url);
    socket.send({ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } });
    expect((await socket.closed()).code).toBe(4401);
  });

  it('the token determines the permissions, as over HTTP', async () => {
    await using app = await guardedApp();
    await app.start();
    await using socket = await openSocket(app.url, tokens.viewer);
    expect(await socket.subscribe('{ __typename }').next()).toEqual({ __typename: 'Query' });
    const refused = socket.subscribe('mutation { createEpic(input: { title: "x" }) { __typename } }');
    expect(await refused.errors()).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('a token that becomes invalid', () => {
  it.each([
    ['was revoked', [entries.orchestrator]],
    ['has another role', [{ ...entries.viewer, role: 'orchestrator' as const }, entries.orchestrator]],
  ])('because it %s ends its connections within five seconds, and no others', async (_why, known) => {
    const clock = manualClock();
    await using app = await guardedApp({ clock });
    await app.start();
    await using other = await openSocket(app.url, tokens.orchestrator);
    const stays = other.subscribe(SessionChangedDocument);
    await using socket = await openSocket(app.url, tokens.viewer);
    socket.subscribe(SessionChangedDocument);
    await using stream = await openEventStream(
      app.as(tokens.viewer).fetch,
      'http://test/graphql',
      SessionChangedDocument,
    );

    app.replaceTokens(known);
    clock.advance(1_000);
    await eventually('the file is read', () => app.logged.some(({ msg }) => msg === rereadTokens));
    clock.advance(1_000);
    expect(await stream.errors()).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    await stream.end();
    expect(await socket.closed()).toEqual({
      code: 4403,
      reason: 'The token has expired, was revoked or was changed',
    });
    expect(stays.unread).toEqual([]);
    expect(await other.subscribe('{ __typename }').next()).toEqual({ __typename: 'Query' });
  });

  it('ends operations on its WebSocket during the closing handshake', async () => {
    const clock = manualClock();
    await using app = await guardedApp({ clock });
    await app.start();
    const socket = await openHandmadeSocket(app.url);
    const say = (message: object) => socket.send(frame(Buffer.from(JSON.stringify(message))));
    say({ type: 'connection_init', payload: { authorization: `Bearer ${tokens.orchestrator}` } });
    await inTime('the socket is acknowledged', once(socket.connection, 'data'));

    app.replaceTokens([entries.viewer]);
    clock.advance(1_000);
    await eventually('the file is read', () => app.logged.some(({ msg }) => msg === rereadTokens));
    clock.advance(1_000);
    const query = 'mutation{createEpic(input:{title:"x"}){__typename}}';
    say({ id: '1', type: 'subscribe', payload: { query } });
    socket.send(frame(Buffer.alloc(0), { opcode: close }));
    expect(await socket.closed()).toBe(4403);
    expect(await app.as(tokens.viewer).post('{ epics { title } }')).toEqual({ data: { epics: [] } });
  });

  it('is detected if the file has the same size and modification time', async () => {
    const clock = manualClock();
    await using app = await guardedApp({ clock });
    const readAgain = async () => {
      utimesSync(app.tokensFile, 1_000, 1_000);
      await eventually('the file is read', () => {
        clock.advance(1_000);
        return app.logged.some(({ msg }) => msg === rereadTokens);
      });
      app.logged.length = 0;
    };
    await readAgain();
    app.replaceTokens([
      { ...entries.viewer, sha256: sha256Of('another') },
      entries.agent,
      entries.orchestrator,
    ]);
    await readAgain();
    expect((await app.as(tokens.viewer).post('{ __typename }')).errors).toBeDefined();
  });

  it('at its expiry time ends its connections', async () => {
    const clock = manualClock('2026-01-11T10:00:00.000Z');
    await using app = await guardedApp({ clock });
    app.replaceTokens([{ ...entries.viewer, expiresAt: new Date('2026-01-11T11:00:00.000Z') }]);
    await app.start();
    await eventually('the file is read', () => {
      clock.advance(1_000);
      return app.logged.some(({ msg }) => msg === rereadTokens);
    });
    await using socket = await openSocket(app.url, tokens.viewer);
    const events = socket.subscribe(SessionChangedDocument);
    clock.jumpTo('2026-01-11T10:59:58.500Z');
    clock.advance(1_000);
    expect(events.unread).toEqual([]);
    clock.advance(1_000);
    expect((await socket.closed()).code).toBe(4403);
  });

  it('stays valid if the file becomes invalid, which is logged once', async () => {
    const clock = manualClock();
    await using app = await guardedApp({ clock });
    writeFileSync(app.tokensFile, '{ "tokens": [');
    const told = () =>
      app.logged.filter(({ msg }) => msg === 'the token file is invalid, so the previous tokens stay valid');
    await eventually('the operator is told', () => {
      clock.advance(1_000);
      return told().length > 0;
    });
    clock.advance(10_000);
    expect(await app.as(tokens.viewer).post('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
    expect(told()).toHaveLength(1);
    app.replaceTokens([entries.orchestrator]);
    await eventually('the file is read', () => {
      clock.advance(1_000);
      return app.logged.some(({ msg }) => msg === rereadTokens);
    });
    expect((await app.as(tokens.viewer).post('{ __typename }')).errors).toBeDefined();
  });
});
