import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SessionChangedDocument } from '../../src/client/generated/graphql.ts';
import { readConfig } from '../../src/server/config.ts';
import type { Limits } from '../../src/graphql/limits/limits.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { openEventStream } from '../support/event-stream.ts';
import { metricsOf } from '../support/metrics.ts';
import { eventually, inTime } from '../support/received.ts';
import { openSocket } from '../support/socket.ts';

async function startedApp(limits: Partial<Limits>): Promise<TestApp> {
  const app = await testApp({ config: { limits: { ...readConfig({}).limits, ...limits } } });
  onTestFinished(() => app[Symbol.asyncDispose]());
  await app.start();
  return app;
}

async function open({ url }: TestApp): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const connection = connect(Number(port), hostname);
  onTestFinished(() => void connection.destroy());
  connection.on('error', () => {});
  await once(connection, 'connect');
  return connection;
}

/** Sends a request. Returns what the server sends until it closes the connection. */
async function answer(connection: Socket): Promise<string> {
  connection.write('GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  return inTime('the server has closed the connection', text(connection));
}

const byLimit = [
  { limits: { connections: 2 }, whose: 'to this server', setting: 'MAX_CONNECTIONS' },
  {
    limits: { connectionsPerAddress: 2 },
    whose: 'from 127.0.0.1',
    setting: 'MAX_CONNECTIONS_PER_ADDRESS',
  },
];

describe.each(byLimit)('beyond $setting, a new connection', ({ limits, whose, setting }) => {
  it('replaces the connection that has been idle for longest', async () => {
    const app = await startedApp(limits);
    const first = await open(app);
    const closed = once(first.resume(), 'close');
    const second = await open(app);
    const third = await open(app);
    await inTime('the first connection is closed', closed);
    for (const connection of [second, third]) expect(await answer(connection)).toMatch(/^HTTP\/1\.1 200 /);
    expect((await metricsOf(app)).total('shark_limit_exceeded_total', { setting })).toBe(1);
  });

  it('replaces a connection after its request, and not during its request', async () => {
    const app = await startedApp(limits);
    const first = await open(app);
    first.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await inTime('the request is answered', once(first, 'data'));
    const closed = once(first.resume(), 'close');
    await using _ = await openEventStream(fetch, app.url, SessionChangedDocument);
    const third = await open(app);
    await inTime('the first connection is closed', closed);
    expect(await answer(third)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('replaces a connection whose request is incomplete', async () => {
    const app = await startedApp(limits);
    const first = await open(app);
    first.write('POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n');
    const closed = once(first.resume(), 'close');
    await using _ = await openEventStream(fetch, app.url, SessionChangedDocument);
    const third = await open(app);
    await inTime('the first connection is closed', closed);
    expect(await answer(third)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('is refused if none is idle', async () => {
    const app = await startedApp(limits);
    await using socket = await openSocket(app.url);
    await using _ = await openEventStream(fetch, app.url, SessionChangedDocument);
    const refused = await answer(await open(app));
    expect(refused).toMatch(/^HTTP\/1\.1 503 /);
    expect(JSON.parse(refused.slice(refused.indexOf('\r\n\r\n')))).toEqual({
      errors: [
        {
          message: `The limit of 2 open connections ${whose} is reached (${setting}). Close or share a connection, and try again`,
          extensions: { code: 'TOO_MANY_CONNECTIONS', limit: 2, setting },
        },
      ],
    });
    // The request on the refused connection was not executed.
    expect((await metricsOf(app)).total('shark_http_requests_total', { route: '/health' })).toBe(0);

    await socket.close();
    await eventually('the server accepts a connection again', async () =>
      (await answer(await open(app))).startsWith('HTTP/1.1 200 '),
    );
  });
});
