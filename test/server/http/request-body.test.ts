import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { readConfig } from '../../../src/server/config.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { eventually, inTime } from '../../support/received.ts';
import { guardedApp } from '../../support/tokens.ts';

const limits = { ...readConfig({}).limits, bodyBytes: 1_000 };

/** Opens a connection and sends the headers of a request, without a body. */
async function begin(app: TestApp, ...headers: readonly string[]): Promise<Socket> {
  const { hostname, port } = new URL(app.url);
  const connection = connect({ host: hostname, port: Number(port) });
  await once(connection, 'connect');
  const usual = ['Host: localhost', 'Connection: close', 'Content-Type: application/json'];
  connection.write(['POST /graphql HTTP/1.1', ...usual, ...headers, '', ''].join('\r\n'));
  return connection;
}

const chunk = (content: Buffer) =>
  Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')]);

it('a body in several chunks is read completely, even if a character is split', async () => {
  await using app = await testApp({ config: { limits } });
  await app.start();
  const connection = await begin(app, 'Transfer-Encoding: chunked');
  const body = Buffer.from('{"query":"{ __type(name: \\"🦈\\") { name } nothing🦈 }"}');
  const cut = body.indexOf('🦈') + 2;
  for (const part of [body.subarray(0, cut), body.subarray(cut)]) connection.write(chunk(part));
  connection.write('0\r\n\r\n');
  // The message of the parser contains the character, so the server has read all of it.
  expect(await inTime('the answer has ended', text(connection))).toContain('U+1F988');
});

it('a body of unknown length is rejected when it becomes too large', async () => {
  await using app = await testApp({ config: { limits } });
  await app.start();
  const connection = await begin(app, 'Transfer-Encoding: chunked');
  for (let count = 0; count < 2; count += 1) connection.write(chunk(Buffer.alloc(600, 'x')));
  connection.write('0\r\n\r\n');
  const answer = await inTime('the answer has ended', text(connection));
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain('"code":"PAYLOAD_TOO_LARGE"');
});

it('the token is checked before the body is sent', async () => {
  await using app = await guardedApp({ config: { limits } });
  await app.start();
  const connection = await begin(app, 'Content-Length: 100');
  expect(await inTime('the answer has ended', text(connection))).toMatch(/^HTTP\/1\.1 401 /);
});

it('a client that disconnects in the middle of a body causes no error', async () => {
  await using app = await testApp({ config: { limits, logLevel: 'debug' } });
  await app.start();
  const connection = await begin(app, 'Content-Length: 100');
  connection.write('{"query":');
  connection.resetAndDestroy();
  await eventually('the request is answered', () =>
    app.logged.some(({ msg, status }) => msg === 'request answered' && status === 400),
  );
  expect(app.logged.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  expect(await app.post('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
});
