import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { testApp } from '../../support/app.ts';
import { inTime } from '../../support/received.ts';
import { guardedApp } from '../../support/tokens.ts';

/** Sends a request that HTTP clients would not send, and returns the complete response. */
async function runQuery(address: string, target: string, host: string): Promise<string> {
  const { hostname, port } = new URL(address);
  const connection = connect({ host: hostname, port: Number(port) });
  await once(connection, 'connect');
  connection.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  return inTime('the answer has ended', text(connection));
}

it.each([
  ['with * as path', '*', 'localhost'],
  ['with an invalid host', '/graphql', 'a b'],
  ['with an invalid port in the host', '/graphql', 'localhost:port'],
  ['with a path in the host', '/health', 'localhost/metrics?'],
])(
  'a request %s is rejected with a GraphQL error, and without a stack trace',
  async (_what, target, host) => {
    await using app = await guardedApp();
    await app.start();
    const answer = await runQuery(app.url, target, host);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"BAD_REQUEST"');
    expect(answer).not.toContain('node:');
  },
);

it('a request with an absolute URL is treated like a request with a path', async () => {
  await using open = await testApp();
  await open.start();
  const query = '/graphql?query=%7B__typename%7D';
  expect(await runQuery(open.url, `http://localhost${query}`, 'localhost')).toContain('"__typename":"Query"');

  await using guarded = await guardedApp();
  await guarded.start();
  expect(await runQuery(guarded.url, `http://localhost${query}`, 'localhost')).toMatch(/^HTTP\/1\.1 401 /);
});
