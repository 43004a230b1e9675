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
  'The request has no token. Send one as Authorization: Bearer …, in GraphiQL under Headers, on a WebSocket as {"authorization":"Bearer …"} in the payload of connection_init';
const unknown =
  "The token is unknown: it was mistyped, or revoked. The operator creates a new one with 'shark token'";

/** All that lets somebody see something, over HTTP. */
const requests: readonly [what: string, path: string, init: RequestInit][] = [
  ['a query', '/graphql', ask],
  ['a query at the path with a slash', '/graphql/', ask],
  ['a query in the address', '/graphql?query={__typename}', {}],
  [
    'a query of the schema',
    '/graphql',
    { ...ask, body: JSON.stringify({ query: '{ __schema { types { name } } }' }) },
  ],
  ['a field that is nearly right', '/graphql', { ...ask, body: JSON.stringify({ query: '{ taks }' }) }],
  ['what is no GraphQL at all', '/graphql', { ...ask, body: '{' }],
  [
    'a subscription',
    '/graphql',
    {
      ...ask,
      headers: { ...json, accept: 'text/event-stream' },
      body: JSON.stringify({ query: SessionChangedDocument.toString() }),
    },
  ],
  ['a page that is to be loaded as a script', '/graphql?query={__typename}', { headers: { accept: '*/*' } }],
  ['an export', '/export/sessions.csv', {}],
  ['the numbers of the server', '/metrics', {}],
  ['the head of an export', '/export/sessions.csv', { method: 'HEAD' }],
];

describe('without a token', () => {
  it.each(requests)('%s is refused, and nothing is told', async (_what, path, init) => {
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

  it.each(['/health', '/ready'])('%s is answered, for whoever watches over the server', async (path) => {
    await using app = await guardedApp();
    expect((await app.fetch(`http://test${path}`)).ok).toBe(true);
  });

  it('GraphiQL opens, with a place for the token, and keeps it nowhere', async () => {
    await using app = await guardedApp();
    const page = await (await app.fetch('http://test/graphql', { headers: { accept: 'text/html' } })).text();
    expect(page).toContain(JSON.stringify('{ "Authorization": "Bearer " }'));
    expect(page).toContain('"shouldPersistHeaders":false');
  });
});

describe('a token', () => {
  it.each(requests.filter(([what]) => /^(a query|an export|the head)/.test(what)))(
    'lets %s in',
    async (_what, path, init) => {
      await using app = await guardedApp();
      expect((await app.as(tokens.viewer).fetch(`http://test${path}`, init)).status).toBe(200);
    },
  );

  it.each([
    ['is not known', `Bearer ${wrong}`, unknown],
    ['is the hash of one that is', `Bearer ${sha256Of(tokens.viewer)}`, unknown],
    ['has another scheme', `Basic ${tokens.viewer}`, missing],
    ['is empty', 'Bearer ', missing],
    ['is two', `Bearer ${tokens.viewer} ${tokens.viewer}`, missing],
  ])('that %s is refused', async (_what, authorization, message) => {
    await using app = await guardedApp();
    const answer = await app.fetch('http://test/graphql', { ...ask, headers: { ...json, authorization } });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('that has expired is refused, and says when', async () => {
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
            "The token 'board' expired at 2026-01-11T10:00:05.000Z. The operator creates a new one with 'shark token'",
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  });

  it('is in no line of the log, and in no answer', async () => {
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

describe('on a socket', () => {
  it.each([
    ['none', undefined, 4401, missing],
    ['none in a payload', {}, 4401, missing],
    ['what is no text', { authorization: 7 }, 4401, missing],
    ['one that is not known', { authorization: `Bearer ${wrong}` }, 4403, unknown],
  ])('%s is refused in connection_init', async (_what, payload, code, message) => {
    await using app = await guardedApp();
    await app.start();
    await using socket = await openRawSocket(app.url);
    socket.send({ type: 'connection_init', payload });
    const closing = await socket.closed();
    expect(closing.code).toBe(code);
    expect(message).toContain(closing.reason.replace(/…$/, ''));
    expect(socket.unread).toEqual([]);
  });

  it('an operation before connection_init is refused with 4401', async () => {
    await using app = await guardedApp();
    await app.start();
    await using socket = await openRawSocket(app.url);
    socket.send({ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } });
    expect((await socket.closed()).code).toBe(4401);
  });

  it('the token decides what may be done, as over HTTP', async () => {
    await using app = await guardedApp();
    await app.start();
    await using socket = await openSocket(app.url, tokens.viewer);
    expect(await socket.subscribe('{ __typename }').next()).toEqual({ __typename: 'Query' });
    const refused = socket.subscribe('mutation { createEpic(input: { title: "x" }) { __typename } }');
    expect(await refused.errors()).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('a token that ends', () => {
  it.each([
    ['is revoked', [entries.orchestrator]],
    ['may do less', [{ ...entries.viewer, role: 'orchestrator' as const }, entries.orchestrator]],
  ])(
    'because it %s ends what was begun with it within five seconds, and nothing else',
    async (_why, known) => {
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
        reason: 'The token has expired, or was revoked or changed',
      });
      expect(stays.unread).toEqual([]);
      expect(await other.subscribe('{ __typename }').next()).toEqual({ __typename: 'Query' });
    },
  );

  it('ends what its holder goes on to say on a socket that is not closed on both sides yet', async () => {
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

  it('is noticed in a file of the same size and time of change', async () => {
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

  it('because its time is over ends what was begun with it', async () => {
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

  it('does not end because the file is spoilt: what was known stays, and the operator is told once', async () => {
    const clock = manualClock();
    await using app = await guardedApp({ clock });
    writeFileSync(app.tokensFile, '{ "tokens": [');
    const told = () =>
      app.logged.filter(
        ({ msg }) => msg === 'the token file is invalid: the tokens that were read before stay valid',
      );
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
