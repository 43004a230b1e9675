import { once } from 'node:events';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { WorkflowDocument } from '../../../src/client/generated/graphql.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { eventually, inTime } from '../../support/received.ts';
import {
  type Message,
  openRawSocket,
  openSocket,
  type RawSocket,
  subprotocol,
} from '../../support/socket.ts';
import { metricsOf } from '../../support/metrics.ts';
import { close, frame, openHandmadeSocket } from '../../support/socket-frames.ts';

async function startedApp(): Promise<TestApp> {
  const app = await testApp();
  onTestFinished(() => app[Symbol.asyncDispose]());
  await app.start();
  return app;
}

/** A WebSocket on which the server accepts operations. */
async function acknowledged(app: TestApp): Promise<RawSocket> {
  const socket = await openRawSocket(app.url);
  onTestFinished(() => socket.close());
  socket.send(init);
  expect(await socket.next()).toEqual({ type: 'connection_ack' });
  return socket;
}

async function expectServed(app: TestApp): Promise<void> {
  await using socket = await openSocket(app.url);
  const query = socket.subscribe(WorkflowDocument);
  await query.next();
  await query.end();
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
}

const init = { type: 'connection_init' };
const subscribe = { id: '1', type: 'subscribe', payload: { query: '{ __typename }' } };
const listen = { ...subscribe, payload: { query: 'subscription { sessionChanged { change } }' } };
const answered = { id: '1', type: 'next', payload: { data: { __typename: 'Query' } } };
const completed = { id: '1', type: 'complete' };

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('an operation', () => {
  it('is answered with next and then with complete', async () => {
    const socket = await acknowledged(await startedApp());
    socket.send(subscribe);
    expect(await socket.next()).toEqual(answered);
    expect(await socket.next()).toEqual(completed);
  });

  it('can reuse the ID of an operation that ended', async () => {
    const socket = await acknowledged(await startedApp());
    const refused = { ...subscribe, payload: { query: '{ nothing }' } };
    const types = [];
    for (const operation of [subscribe, subscribe, refused, subscribe]) {
      socket.send(operation);
      for (let type = 'next'; type === 'next'; types.push(type)) ({ type } = await socket.next());
    }
    expect(types).toEqual(['next', 'complete', 'next', 'complete', 'error', 'next', 'complete']);
  });

  it('can reuse the ID of an operation that the client completed, which gets no more messages', async () => {
    const socket = await acknowledged(await startedApp());
    socket.send(listen);
    socket.send(completed);
    socket.send(subscribe);
    expect(await socket.next()).toEqual(answered);
    expect(await socket.next()).toEqual(completed);
    expect(socket.unread).toEqual([]);
  });

  it('with errors is answered with error, and without complete', async () => {
    const socket = await acknowledged(await startedApp());
    socket.send({ ...subscribe, payload: { query: '{ nothing }' } });
    expect(await socket.next()).toMatchObject({
      id: '1',
      type: 'error',
      payload: [{ message: expect.stringContaining('nothing') }],
    });
    socket.send({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
  });

  it('can have any ID, including the name of an object property', async () => {
    const socket = await acknowledged(await startedApp());
    for (const id of ['__proto__', 'constructor', 'toString', '\0', '"', '🦈', 'x'.repeat(10_000)]) {
      socket.send({ ...subscribe, id });
      expect(await socket.next()).toEqual({ ...answered, id });
      expect(await socket.next()).toEqual({ ...completed, id });
    }
  });

  it('can run at the same time as others, each with its own ID', async () => {
    const socket = await acknowledged(await startedApp());
    const ids = Array.from({ length: 50 }, (_, index) => `operation-${index}`);
    for (const id of ids) socket.send({ ...subscribe, id });
    const answers = [];
    while (answers.length < 2 * ids.length) answers.push(await socket.next());
    for (const id of ids)
      expect(answers.filter((answer) => answer.id === id).map(({ type }) => type)).toEqual([
        'next',
        'complete',
      ]);
  });
});

describe('a message', () => {
  it('of type ping is answered after the acknowledgement only, and without its payload', async () => {
    const app = await startedApp();
    await using socket = await openRawSocket(app.url);
    socket.send({ type: 'ping' });
    socket.send(init);
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
    for (const ping of [{ type: 'ping' }, { type: 'ping', payload: { sent: 1 } }]) {
      socket.send(ping);
      expect(await socket.next()).toEqual({ type: 'pong' });
    }
    expect(socket.unread).toEqual([]);
  });

  it('is handled in its own turn of the event loop, so that a flood does not hold up other clients', async () => {
    const socket = await openHandmadeSocket((await startedApp()).url);
    socket.send(frame(Buffer.from(JSON.stringify(init))));
    const pings = 1_000;
    let pongs = 0;
    socket.connection.on('data', (chunk: Buffer) => {
      pongs += chunk.toString('latin1').split('"pong"').length - 1;
    });
    await inTime('the socket is acknowledged', once(socket.connection, 'data'));
    const ping = frame(Buffer.from(JSON.stringify({ type: 'ping' })));
    socket.send(Buffer.concat(Array.from({ length: pings }, () => ping)));
    let turns = 0;
    await eventually('all pings are answered', () => {
      turns += 1;
      return pongs === pings;
    });
    expect(turns).toBeGreaterThan(pings / 2);
    socket.connection.destroy();
  });

  it.each([
    { what: 'an unexpected pong', message: { type: 'pong', payload: { sent: 1 } } },
    { what: 'the end of an unknown operation', message: { type: 'complete', id: 'unknown' } },
  ])('that is $what is ignored, before and after the acknowledgement', async ({ message }) => {
    const app = await startedApp();
    await using socket = await openRawSocket(app.url);
    socket.send(message);
    socket.send(init);
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
    socket.send(message);
    socket.send(subscribe);
    expect(await socket.next()).toEqual(answered);
  });
});

describe('a WebSocket is closed', () => {
  const bad = (message: object | string): Sent => [init, message];
  type Sent = readonly (Message | object | string)[];

  it.each<{ code: number; what: string; messages: Sent }>([
    { code: 4400, what: 'text that is not JSON', messages: ['hello'] },
    { code: 4400, what: 'nothing', messages: [''] },
    { code: 4400, what: 'JSON that is not an object', messages: ['[]'] },
    { code: 4400, what: 'null', messages: ['null'] },
    { code: 4400, what: 'a message without a type', messages: [{}] },
    { code: 4400, what: 'a type that is not text', messages: [{ type: 1 }] },
    { code: 4400, what: 'an unknown type', messages: [{ type: 'start' }] },
    { code: 4400, what: 'an invalid payload of connection_init', messages: [{ ...init, payload: 'x' }] },
    { code: 4400, what: 'an invalid payload of a ping', messages: [{ type: 'ping', payload: [] }] },
    { code: 4400, what: 'an operation without an id', messages: bad({ ...subscribe, id: undefined }) },
    { code: 4400, what: 'an empty ID', messages: bad({ ...subscribe, id: '' }) },
    { code: 4400, what: 'an ID that is not text', messages: bad({ ...subscribe, id: 1 }) },
    { code: 4400, what: 'an operation without a payload', messages: bad({ id: '1', type: 'subscribe' }) },
    { code: 4400, what: 'an operation without a query', messages: bad({ ...subscribe, payload: {} }) },
    { code: 4400, what: 'a query that is not text', messages: bad({ ...subscribe, payload: { query: 1 } }) },
    {
      code: 4400,
      what: 'invalid variables',
      messages: bad({ ...subscribe, payload: { query: '{ __typename }', variables: 'x' } }),
    },
    {
      code: 4400,
      what: 'an operation name that is not text',
      messages: bad({ ...subscribe, payload: { query: '{ __typename }', operationName: 1 } }),
    },
    { code: 4400, what: 'a complete without an id', messages: bad({ type: 'complete' }) },
    { code: 4400, what: 'a message type of the server: next', messages: bad({ type: 'next', id: '1' }) },
    { code: 4401, what: 'an operation before connection_init', messages: [subscribe] },
    { code: 4409, what: 'a duplicate ID', messages: [init, listen, subscribe] },
    { code: 4429, what: 'a second connection_init', messages: [init, init] },
  ])('with $code for $what, and other clients are not affected', async ({ code, messages }) => {
    const app = await startedApp();
    await using socket = await openRawSocket(app.url);
    for (const [index, message] of messages.entries()) {
      socket.send(typeof message === 'string' ? message : JSON.stringify(message));
      // An operation before the acknowledgement is too early.
      if (message === init && index === 0) expect(await socket.next()).toEqual({ type: 'connection_ack' });
    }
    expect(await socket.closed()).toMatchObject({ code });
    await expectServed(app);
  });

  it('with 4400 for a binary message', async () => {
    const app = await startedApp();
    const socket = new WebSocket(app.url.replace(/^http/, 'ws'), subprotocol);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.once('open', () => socket.send(Buffer.from(JSON.stringify(init))));
    expect(await inTime('the socket is closed', closed)).toBe(4400);
  });

  it('with 4406 for a missing subprotocol', async () => {
    const app = await startedApp();
    await using socket = await openRawSocket(app.url, []);
    expect(await socket.closed()).toMatchObject({ code: 4406 });
    await expect(openRawSocket(app.url, ['graphql-ws'])).rejects.toThrow('Server sent no subprotocol');
  });

  it('with 4408 without connection_init within three seconds', async () => {
    const app = await startedApp();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await using socket = await openRawSocket(app.url);
    await using other = await openSocket(app.url);
    const closed = socket.closed();
    vi.advanceTimersByTime(2_999);
    const answer = other.subscribe(WorkflowDocument).next();
    expect(await Promise.race([answer, closed])).toHaveProperty('workflow');
    vi.advanceTimersByTime(1);
    expect(await closed).toMatchObject({ code: 4408 });
    expect(
      (await metricsOf(app)).total('shark_limit_exceeded_total', { setting: 'SOCKET_INIT_TIMEOUT' }),
    ).toBe(1);
    const query = other.subscribe(WorkflowDocument);
    await query.next();
  });

  it('with 1009 for a message of more than 100 KB', async () => {
    const reported = vi.spyOn(console, 'error').mockReturnValue();
    const app = await startedApp();
    await using socket = await openSocket(app.url);
    const fits = socket.subscribe('query ($key: String!) { task(key: $key) { key } }', {
      key: 'T'.repeat(100_000),
    });
    expect(await fits.errors()).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);

    socket.subscribe('query ($key: String!) { task(key: $key) { key } }', { key: 'T'.repeat(102_400) });
    expect(await socket.closed()).toMatchObject({ code: 1009 });
    await expectServed(app);
    expect(reported).not.toHaveBeenCalled();
  });

  it('with 1012 when the server stops', async () => {
    const app = await startedApp();
    const socket = await acknowledged(app);
    socket.send(listen);
    const stopped = app.stop();
    expect(await socket.closed()).toMatchObject({ code: 1012 });
    await stopped;
  });

  const message = Buffer.from(JSON.stringify(init));
  it.each([
    { code: 1002, what: 'an unmasked frame', bytes: frame(message, { masked: false }) },
    { code: 1002, what: 'an unknown opcode', bytes: frame(message, { opcode: 0x3 }) },
    { code: 1002, what: 'a reserved bit', bytes: frame(message, { reserved: 0x40 }) },
    {
      code: 1002,
      what: 'a continuation without a first frame',
      bytes: frame(message, { opcode: 0x0 }),
    },
    {
      code: 1002,
      what: 'an invalid close code',
      bytes: frame(Buffer.from([0x03, 0xed]), { opcode: close }),
    },
    { code: 1007, what: 'text that is not UTF-8', bytes: frame(Buffer.from([0x22, 0xff, 0xfe, 0x22])) },
  ])('with $code for $what', async ({ code, bytes }) => {
    const reported = vi.spyOn(console, 'error').mockReturnValue();
    const app = await startedApp();
    const socket = await openHandmadeSocket(app.url);
    socket.send(bytes);
    expect(await socket.closed()).toBe(code);
    await expectServed(app);
    expect(reported).not.toHaveBeenCalled();
  });

  it.each([
    { what: 'ends in the middle of a frame', end: 'end' },
    { what: 'is reset', end: 'resetAndDestroy' },
  ] as const)('when the connection $what', async ({ end }) => {
    const app = await startedApp();
    const socket = await openHandmadeSocket(app.url);
    const gone = new Promise<void>((resolve) => socket.connection.once('close', () => resolve()));
    socket.send(frame(message));
    socket.send(frame(Buffer.from(JSON.stringify(listen))).subarray(0, 10));
    socket.connection[end]();
    await inTime('the connection is closed', gone);
    await expectServed(app);
  });
});

it('graphql-transport-ws is available only at the GraphQL path', async () => {
  const app = await startedApp();
  await expect(openRawSocket(app.url.replace('/graphql', '/elsewhere'))).rejects.toThrow('400');
});
