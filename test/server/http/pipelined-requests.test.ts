import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../../src/server/config.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { metricsOf } from '../../support/metrics.ts';
import { eventually } from '../../support/received.ts';

/** A connection to a server, and what the server has sent on it. */
interface Client {
  app: TestApp;
  connection: Socket;
  received: () => string;
}

async function openClient(pipelinedRequests: number): Promise<Client> {
  const limits = { ...readConfig({}).limits, pipelinedRequests };
  const app = await testApp({ config: { limits } });
  await app.start();
  const { hostname, port } = new URL(app.url);
  const connection = connect(Number(port), hostname);
  onTestFinished(async () => {
    connection.destroy();
    await app[Symbol.asyncDispose]();
  });
  let received = '';
  connection.on('data', (chunk: Buffer) => {
    received += chunk.toString();
  });
  await once(connection, 'connect');
  return { app, connection, received: () => received };
}

function get(query: string, headers = ''): string {
  return `GET /graphql?query=${encodeURIComponent(query)} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
}

const subscription = get('subscription { sessionChanged { change } }', 'Accept: text/event-stream\r\n');

/** The number of requests that the server has executed. */
async function executed(app: TestApp): Promise<number> {
  return (await metricsOf(app)).total('shark_operations_total', { kind: 'query' });
}

describe('requests on one connection', () => {
  it('are answered one after the other', async () => {
    const { connection, received } = await openClient(10);
    connection.write(Array.from({ length: 11 }, (_, index) => get(`{ field${index}: __typename }`)).join(''));
    const names = () => [...received().matchAll(/"field(\d+)":"Query"/g)].map(([, index]) => Number(index));
    await eventually('all are answered', () => names().length === 11);
    expect(names()).toEqual(Array.from({ length: 11 }, (_, index) => index));
  });

  it('are not executed while an event stream is open, and are rejected beyond the limit', async () => {
    const { app, connection, received } = await openClient(2);
    connection.write(subscription);
    await eventually('the event stream is open', () => received().includes('text/event-stream'));
    connection.write(get('{ __typename }').repeat(5));
    await eventually('the requests beyond the limit are rejected', async () => {
      const { total } = await metricsOf(app);
      return total('shark_limit_exceeded_total', { setting: 'MAX_PIPELINED_REQUESTS' }) === 3;
    });
    expect(await executed(app)).toBe(0);
  });

  it('learn why they are rejected, and others succeed', async () => {
    const { connection, received } = await openClient(1);
    connection.write(get('{ __typename }').repeat(3));
    await eventually('all are answered', () => received().split('HTTP/1.1 ').length === 4);
    expect([...received().matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '200',
      '200',
      '429',
    ]);
    await eventually('the error has come', () => received().endsWith(']}'));
    expect(JSON.parse(received().slice(received().lastIndexOf('\r\n\r\n')))).toEqual({
      errors: [
        {
          message:
            '1 requests on this connection wait for earlier requests, which is the limit. The request was not executed. Wait for the response of a request, or use another connection. The operator can change the limit with MAX_PIPELINED_REQUESTS',
          extensions: { code: 'TOO_MANY_OPERATIONS', limit: 1, setting: 'MAX_PIPELINED_REQUESTS' },
        },
      ],
    });
  });

  it('are not executed if the client has disconnected', async () => {
    const { app, connection, received } = await openClient(10);
    connection.write(subscription);
    await eventually('the event stream is open', () => received().includes('text/event-stream'));
    connection.write(get('{ __typename }'));
    await app.post('{ __typename }');
    connection.destroy();
    await eventually(
      'the subscription has ended',
      async () => (await metricsOf(app)).total('shark_subscribers', {}) === 0,
    );
    expect(await executed(app)).toBe(1);
  });
});
