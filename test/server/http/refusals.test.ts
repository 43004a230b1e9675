import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../support/app.ts';
import { inTime } from '../../support/received.ts';

/* Media types are compared without case, and every refusal says in JSON what is wrong. */

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
  await app.start();
});
afterAll(() => app.stop());

const query = JSON.stringify({ query: '{ __typename }' });
const subscription = JSON.stringify({ query: 'subscription { sessionChanged { session { id } } }' });

function post(body: string, headers: Record<string, string>, method = 'POST'): Promise<Response> {
  return app.fetch('http://localhost/graphql', { method, headers, ...(method === 'GET' ? {} : { body }) });
}

describe('media types', () => {
  it.each([
    'application/json',
    'APPLICATION/JSON',
    'Application/Json; charset=UTF-8',
    'application/json ;charset=utf-8',
    'application/json;Charset="utf-8"',
    'Application/GraphQL+JSON',
    'APPLICATION/GRAPHQL+JSON ; a=b',
  ])('the content type %s is JSON', async (contentType) => {
    const response = await post(query, { 'content-type': contentType });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it.each([
    ['APPLICATION/JSON', /^application\/json/],
    ['Application/GraphQL-Response+JSON', /^application\/graphql-response\+json/],
    ['Application/Json; Charset=ISO-8859-1', /^application\/json/],
    ['text/html;q=0.9, Application/Json;charset=utf-16;q=0.5', /^application\/json/],
    ['*/*', /json/],
    ['Text/Event-Stream', /^text\/event-stream/],
  ])('the header Accept: %s selects %s', async (accept, type) => {
    const response = await post(query, { 'content-type': 'application/json', accept });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(type);
    expect(await response.text()).toContain('"__typename":"Query"');
  });

  it('a subscription accepts Text/Event-Stream', async () => {
    const stop = new AbortController();
    const response = await fetch(app.url, {
      method: 'POST',
      headers: { 'content-type': 'APPLICATION/JSON', accept: 'Text/Event-Stream; charset=latin1' },
      body: subscription,
      signal: stop.signal,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    stop.abort();
  });
});

describe('every refusal is JSON', () => {
  it.each([
    ['another content type', 415, () => post(query, { 'content-type': 'TEXT/PLAIN' })],
    [
      'a form',
      415,
      () => post('query=%7B__typename%7D', { 'content-type': 'application/x-www-form-urlencoded' }),
    ],
    ['GraphQL as text', 415, () => post('{ __typename }', { 'content-type': 'application/graphql' })],
    ['two content types', 415, () => post(query, { 'content-type': 'application/json, text/plain' })],
    ['another Accept', 406, () => post(query, { 'content-type': 'application/json', accept: 'image/png' })],
    [
      'a subscription without event stream',
      406,
      () => post(subscription, { 'content-type': 'application/json', accept: 'application/json' }),
    ],
    [
      'a subscription as multipart',
      406,
      () => post(subscription, { 'content-type': 'application/json', accept: 'multipart/mixed' }),
    ],
    ['PUT', 405, () => post(query, { 'content-type': 'application/json' }, 'PUT')],
    ['DELETE', 405, () => post(query, { 'content-type': 'application/json' }, 'DELETE')],
    ['OPTIONS', 405, () => post('', {}, 'OPTIONS')],
    ['no JSON', 400, () => post('{', { 'content-type': 'Application/Json' })],
    ['a number', 400, () => post('5', { 'content-type': 'application/json' })],
    ['an unknown path', 404, () => app.fetch('http://localhost/unknown')],
    ['POST of an export', 405, () => app.fetch('http://localhost/export/sessions.csv', { method: 'POST' })],
    ['an invalid export', 400, () => app.fetch('http://localhost/export/sessions.csv?a=b')],
    ['a large body', 413, () => post(' '.repeat(200_000), { 'content-type': 'application/json' })],
  ])('for %s, with the status %i', async (_what, status, send) => {
    const response = await send();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json/);
    expect(await response.json()).toMatchObject({
      errors: [{ message: expect.stringMatching(/.{10}/), extensions: { code: expect.any(String) } }],
    });
  });
});

/** Sends bytes that HTTP clients would not send. */
async function answerTo(bytes: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(app.url);
  const connection = connect({ host: hostname, port: Number(port) });
  await once(connection, 'connect');
  connection.write(bytes);
  const answer = await inTime('the answer has ended', text(connection));
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  // The body can have the length of its chunk around it.
  return { status: Number(head.split(' ')[1]), body: body.replace(/^[\da-f]+\r\n(.*)\r\n0$/s, '$1') };
}

describe('a request that is not HTTP is refused with JSON', () => {
  it.each([
    ['no HTTP', 400, 'BAD_REQUEST', 'ZQXJ'.repeat(500) + '\r\n\r\n'],
    ['an invalid header', 400, 'BAD_REQUEST', 'GET /health HTTP/1.1\r\nHost: localhost\r\na b: c\r\n\r\n'],
    [
      'long headers',
      431,
      'BAD_REQUEST',
      `GET /health HTTP/1.1\r\nHost: localhost\r\nA: ${'ZQXJ'.repeat(5_000)}\r\n\r\n`,
    ],
    ['no host', 400, 'BAD_REQUEST', 'GET /health HTTP/1.1\r\n\r\n'],
    ['an expectation', 417, 'BAD_REQUEST', 'GET /health HTTP/1.1\r\nHost: localhost\r\nExpect: ZQXJ\r\n\r\n'],
    [
      'two lengths',
      400,
      'BAD_REQUEST',
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}',
    ],
  ])('%s', async (_what, status, code, bytes) => {
    const answer = await answerTo(bytes);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({
      errors: [{ message: expect.stringMatching(/Send /), extensions: { code } }],
    });
    expect(answer.body).not.toContain('ZQXJ');
  });

  it('but a client of HTTP/1.0 needs no host', async () => {
    expect(await answerTo('GET /health HTTP/1.0\r\n\r\n')).toMatchObject({ status: 200 });
  });

  it('and no bytes are added to a running response', async () => {
    const { hostname, port } = new URL(app.url);
    const connection = connect({ host: hostname, port: Number(port) });
    await once(connection, 'connect');
    connection.write(
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: ${subscription.length}\r\n\r\n${subscription}`,
    );
    const [head] = await once(connection, 'data');
    expect(String(head)).toContain('text/event-stream');
    connection.write('not HTTP\r\n\r\n');
    expect(await inTime('the connection is closed', text(connection))).not.toContain('HTTP/1.1');
  });
});
