import { GraphQLError } from 'graphql';
import { createSchema, createYoga } from 'graphql-yoga';
import { describe, expect, it } from 'vitest';
import { unrestrictedPrincipal } from '../../../src/domain/principal.ts';
import type { Config } from '../../../src/server/config.ts';
import { readConfig } from '../../../src/server/config.ts';
import { SessionChangedDocument } from '../../../src/client/generated/graphql.ts';
import { type ServerContext } from '../../../src/server/http/authentication.ts';
import { useEventStreamSubscriptions } from '../../../src/server/http/event-stream-subscriptions.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { openEventStream } from '../../support/event-stream.ts';
import { metricsOf } from '../../support/metrics.ts';
import { frame, type HandmadeSocket, openHandmadeSocket, ping, pong } from '../../support/socket-frames.ts';
import { openRawSocket, openSocket } from '../../support/socket.ts';
import { guardedApp, tokens } from '../../support/tokens.ts';

const defaults = readConfig({}).limits;

function limitedTo(limits: Partial<Config['limits']>) {
  return { config: { limits: { ...defaults, ...limits } } };
}

describe('connections', () => {
  it('are limited for each token', async () => {
    await using app = await guardedApp(limitedTo({ socketsPerToken: 2 }));
    await app.start();
    await using first = await openSocket(app.url, tokens.agent);
    await using _second = await openSocket(app.url, tokens.agent);
    await using third = await openRawSocket(app.url);
    third.send({ type: 'connection_init', payload: { authorization: `Bearer ${tokens.agent}` } });
    expect(await third.closed()).toEqual({
      code: 1013,
      reason:
        "The limit of 2 connections of the client 'backend-team' is reached (MAX_SOCKETS_PER_TOKEN). Close or share a connection",
    });
    await using _other = await openSocket(app.url, tokens.viewer);

    await first.close();
    await using again = await openSocket(app.url, tokens.agent);
    expect(await again.subscribe('{ __typename }').next()).toEqual({ __typename: 'Query' });
  });

  it('include streams of events', async () => {
    await using app = await guardedApp(limitedTo({ socketsPerToken: 2 }));
    await app.start();
    await using _socket = await openSocket(app.url, tokens.viewer);
    const begin = () => openEventStream(app.as(tokens.viewer).fetch, app.url, SessionChangedDocument);
    const stream = await begin();
    await using refused = await begin();
    expect(await refused.errors()).toMatchObject([
      { extensions: { code: 'TOO_MANY_CONNECTIONS', limit: 2 } },
    ]);
    await stream.close();
    await using again = await begin();
    await app.as(tokens.viewer).post('{ __typename }');
    expect(again.unread).toEqual([]);
  });

  it('do not include streams that failed to start', async () => {
    let ended = 0;
    const plugin = useEventStreamSubscriptions({
      connections: { open: () => () => (ended += 1) },
      subscribe: async () => {
        throw new GraphQLError('It cannot be begun');
      },
    });
    const yoga = createYoga<ServerContext>({
      schema: createSchema({ typeDefs: 'type Query { a: Int } type Subscription { a: Int }' }),
      logging: false,
      context: { principal: unrestrictedPrincipal },
      plugins: [plugin],
    });
    await using stream = await openEventStream(
      async (url, init) => yoga.fetch(url, init),
      'http://test/graphql',
      'subscription { a }',
    );
    expect(await stream.errors()).toMatchObject([{ message: 'It cannot be begun' }]);
    expect(ended).toBe(1);
  });

  it('are limited for each address', async () => {
    await using app = await testApp(limitedTo({ socketsPerAddress: 1 }));
    await app.start();
    await using _first = await openSocket(app.url);
    await using second = await openRawSocket(app.url);
    second.send({ type: 'connection_init' });
    const closing = await second.closed();
    expect(closing.code).toBe(1013);
    expect(closing.reason).toContain('The limit of 1 connections from 127.0.0.1 is reached');
    expect(
      (await metricsOf(app)).total('shark_limit_exceeded_total', { setting: 'MAX_SOCKETS_PER_ADDRESS' }),
    ).toBe(1);
  });

  it('without connection_init are closed for new ones, the oldest first', async () => {
    await using app = await guardedApp(limitedTo({ socketsWithoutInit: 2 }));
    await app.start();
    await using known = await openSocket(app.url, tokens.viewer);
    await using first = await openRawSocket(app.url);
    await using second = await openRawSocket(app.url);
    await using third = await openRawSocket(app.url);
    expect(await first.closed()).toEqual({
      code: 1013,
      reason: 'Too many WebSockets wait for connection_init. Send connection_init at once',
    });
    for (const socket of [second, third]) {
      socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${tokens.viewer}` } });
      expect(await socket.next()).toEqual({ type: 'connection_ack' });
    }
    expect(await known.subscribe('{ __typename }').next()).toEqual({ __typename: 'Query' });
    const metrics = await metricsOf(app.as(tokens.viewer));
    expect(metrics.total('shark_limit_exceeded_total', { setting: 'MAX_SOCKETS_WITHOUT_INIT' })).toBe(1);
  });

  it('without connection_init are closed after a timeout', async () => {
    await using app = await testApp(limitedTo({ socketInitTimeoutMs: 50 }));
    await app.start();
    await using socket = await openRawSocket(app.url);
    expect((await socket.closed()).code).toBe(4408);
  });
});

describe('a client that is not authenticated', () => {
  const init = { type: 'connection_init', payload: { authorization: `Bearer ${tokens.viewer}` } };
  const exceeded = async (app: TestApp, setting: string) =>
    (await metricsOf(app.as(tokens.viewer))).total('shark_limit_exceeded_total', { setting });

  it.each([
    {
      what: 'messages',
      send: (socket: HandmadeSocket) => socket.send(frame(Buffer.from('{"type":"pong"}'))),
    },
    {
      what: 'pings',
      send: (socket: HandmadeSocket) => socket.send(frame(Buffer.from('!'), { opcode: ping })),
    },
    {
      what: 'pongs',
      send: (socket: HandmadeSocket) => socket.send(frame(Buffer.from('!'), { opcode: pong })),
    },
  ])('may not send more than a few $what', async ({ send }) => {
    await using app = await guardedApp(limitedTo({ socketMessagesBeforeInit: 3 }));
    await app.start();
    const socket = await openHandmadeSocket(app.url);
    for (let sent = 1; sent <= 4; sent += 1) send(socket);
    expect(await socket.closed()).toBe(1008);
    expect(await exceeded(app, 'MAX_SOCKET_MESSAGES_BEFORE_INIT')).toBe(1);
  });

  it('learns why its WebSocket was closed', async () => {
    await using app = await guardedApp(limitedTo({ socketMessagesBeforeInit: 1 }));
    await app.start();
    await using socket = await openRawSocket(app.url);
    for (let sent = 1; sent <= 2; sent += 1) socket.send({ type: 'ping' });
    expect(await socket.closed()).toEqual({
      code: 1008,
      reason:
        'More than 1 messages before connection_ack (MAX_SOCKET_MESSAGES_BEFORE_INIT). Send only connection_init',
    });
  });

  it('may not send more than a few bytes, even in one message', async () => {
    await using app = await guardedApp(limitedTo({ socketBytesBeforeInit: 1_000 }));
    await app.start();
    await using socket = await openRawSocket(app.url);
    socket.send({ ...init, payload: { ...init.payload, filler: 'x'.repeat(1_000) } });
    expect(await socket.closed()).toEqual({
      code: 1009,
      reason:
        'More than 1000 bytes before connection_ack (MAX_SOCKET_BYTES_BEFORE_INIT). Send only connection_init',
    });
    expect(await exceeded(app, 'MAX_SOCKET_BYTES_BEFORE_INIT')).toBe(1);
  });

  it('has other limits than a client that is authenticated', async () => {
    await using app = await guardedApp(
      limitedTo({ socketMessagesBeforeInit: 1, socketBytesBeforeInit: 500 }),
    );
    await app.start();
    await using socket = await openRawSocket(app.url);
    socket.send(init);
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
    for (let sent = 1; sent <= 10; sent += 1) {
      socket.send({ type: 'ping', payload: { filler: 'x'.repeat(1_000) } });
      expect(await socket.next()).toEqual({ type: 'pong' });
    }
  });
});

describe('operations', () => {
  it('are limited for each WebSocket, and a completed one frees its place', async () => {
    await using app = await testApp(limitedTo({ operationsPerSocket: 2 }));
    await app.start();
    await using socket = await openSocket(app.url);
    socket.subscribe(SessionChangedDocument);
    const second = socket.subscribe(SessionChangedDocument);
    expect(await socket.subscribe('{ __typename }').errors()).toMatchObject([
      {
        message:
          '2 operations are running on this WebSocket, which is the limit. Complete an operation, or open another WebSocket. The operator can change the limit with MAX_OPERATIONS_PER_SOCKET',
        extensions: { code: 'TOO_MANY_OPERATIONS', limit: 2 },
      },
    ]);
    await second.close();
    expect(await socket.subscribe('{ __typename }').next()).toEqual({ __typename: 'Query' });
  });

  it('that are too large close their WebSocket with 1009', async () => {
    await using app = await testApp(limitedTo({ socketMessageBytes: 1_000 }));
    await app.start();
    await using socket = await openRawSocket(app.url);
    socket.send({ type: 'connection_init', payload: { filler: 'x'.repeat(1_000) } });
    expect((await socket.closed()).code).toBe(1009);
    expect(
      (await metricsOf(app)).total('shark_limit_exceeded_total', { setting: 'MAX_SOCKET_MESSAGE_BYTES' }),
    ).toBe(1);
  });
});
