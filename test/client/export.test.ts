import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AnswerError, UnreachableError } from '../../src/client/answer.ts';
import { createClient } from '../../src/client/client.ts';
import { exported, filledApp } from '../support/exports.ts';
import { eventually } from '../support/received.ts';
import { guardedApp, tokens } from '../support/tokens.ts';

/** A server that calls `answer` for each request. */
async function serverThat(answer: RequestListener) {
  const asked: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url, headers: request.headers });
    answer(request, response);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen');
  return { asked, url: `http://127.0.0.1:${address.port}/graphql` };
}

/** The error of an export. */
async function failureOf(parts: AsyncIterable<Uint8Array>): Promise<unknown> {
  try {
    await text(parts);
  } catch (error) {
    return error;
  }
  throw new Error('It was taken for the whole file');
}

const csv = { 'content-type': 'text/csv; charset=utf-8' };
const half = 'task_key,agent_id\r\n'.repeat(2_000);

describe('exportSessions', () => {
  it('returns the complete file for the selected sessions', async () => {
    const app = await filledApp();
    await app.start();
    const { exportSessions } = createClient({ url: app.url });
    expect(await text(exportSessions({ bom: 'off' }))).toBe(await exported(app));
    const narrowed = await text(exportSessions({ bom: 'off', agent: 'ada', outcome: 'REJECTED' }));
    expect(narrowed).toBe(await exported(app, { agent: 'ada', outcome: 'REJECTED' }));
    expect(narrowed).not.toBe(await exported(app));
  });

  it('throws all errors of the server', async () => {
    const app = await filledApp();
    await app.start();
    const failure = await failureOf(
      createClient({ url: app.url }).exportSessions({ outcome: 'lost', colour: 'red' }),
    );
    expect(failure).toBeInstanceOf(AnswerError);
    expect(failure).toMatchObject({
      codes: ['BAD_USER_INPUT', 'BAD_USER_INPUT'],
      errors: [
        { message: expect.stringContaining('"lost" is not allowed') },
        { message: expect.stringContaining('Unknown parameter "colour"') },
      ],
      message: expect.stringContaining('The export failed: '),
    });
  });

  it('sends the token, and requests it for each export', async () => {
    await using app = await guardedApp();
    await app.start();
    const shown = [tokens.viewer, 'unknown-token'];
    const { exportSessions } = createClient({ url: app.url, token: async () => shown.shift() ?? '' });
    expect(await text(exportSessions({ bom: 'off' }))).toMatch(/^task_key,/);
    expect(await failureOf(exportSessions({}))).toMatchObject({
      name: 'AnswerError',
      codes: ['UNAUTHENTICATED'],
    });
  });

  it('is rejected without a token if the server requires one', async () => {
    await using app = await guardedApp();
    await app.start();
    expect(await failureOf(createClient({ url: app.url }).exportSessions({}))).toMatchObject({
      codes: ['UNAUTHENTICATED'],
    });
  });

  it('decompresses the response', async () => {
    const server = await serverThat((_request, response) => {
      response.writeHead(200, { ...csv, 'content-encoding': 'gzip' });
      response.end(gzipSync(half));
    });
    const { exportSessions } = createClient({ url: server.url, token: 'mine' });
    expect(await text(exportSessions({ since: '2026-01-01', agent: 'a&b=c' }))).toBe(half);
    expect(server.asked).toMatchObject([
      {
        url: '/export/sessions.csv?since=2026-01-01&agent=a%26b%3Dc',
        headers: { authorization: 'Bearer mine', 'accept-encoding': expect.stringContaining('gzip') },
      },
    ]);
  });

  it('returns the content while it arrives', async () => {
    let end = () => {};
    const server = await serverThat((_request, response) => {
      response.writeHead(200, csv);
      response.write('one\r\n');
      end = () => response.end('two\r\n');
    });
    const parts = createClient({ url: server.url }).exportSessions({});
    const first = await parts.next();
    expect(Buffer.from(first.value ?? '').toString()).toBe('one\r\n');
    end();
    expect(await text(parts)).toBe('two\r\n');
  });

  it('closes the connection if the caller stops reading', async () => {
    let isClosed = false;
    const server = await serverThat((_request, response) => {
      response.once('close', () => {
        isClosed = true;
      });
      response.writeHead(200, csv);
      response.write('one\r\n');
    });
    const parts = createClient({ url: server.url }).exportSessions({});
    await parts.next();
    await parts.return?.();
    await eventually('the connection was closed', () => isClosed);
  });
});

describe('exportSessions throws an error', () => {
  it('if no server listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    server.close();
    await once(server, 'close');

    const failure = await failureOf(createClient({ url: `http://127.0.0.1:${port}` }).exportSessions({}));
    expect(failure).toBeInstanceOf(UnreachableError);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^The CSV file from http:.*ECONNREFUSED/),
    });
  });

  it('if the server does not respond in time', async () => {
    const server = await serverThat(() => {});
    const failure = await failureOf(createClient({ url: server.url, timeoutMs: 50 }).exportSessions({}));
    expect(failure).toBeInstanceOf(UnreachableError);
    expect(failure).toMatchObject({ message: expect.stringContaining('timed out after 0.05 s') });
  });

  it.each<{ what: string; breakOff: RequestListener }>([
    {
      what: 'within the file',
      breakOff: (_request, response) => {
        response.writeHead(200, csv);
        response.write(half, () => response.destroy());
      },
    },
    {
      what: 'between two parts of the body',
      breakOff: (request, response) => {
        response.writeHead(200, csv);
        response.write(half, () => request.socket.resetAndDestroy());
      },
    },
    {
      what: 'within compressed data',
      breakOff: (_request, response) => {
        response.writeHead(200, { ...csv, 'content-encoding': 'gzip' });
        const whole = gzipSync(half);
        response.write(whole.subarray(0, whole.length / 2), () => response.destroy());
      },
    },
    { what: 'before the response', breakOff: (request) => request.socket.destroy() },
  ])('if the connection breaks $what', async ({ breakOff }) => {
    const server = await serverThat(breakOff);
    const failure = await failureOf(createClient({ url: server.url }).exportSessions({}));
    expect(failure).toBeInstanceOf(UnreachableError);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^The CSV file from http:.* did not arrive completely: ./),
    });
  });

  it.each([
    {
      what: 'a proxy',
      status: 502,
      body: '<html>Bad gateway</html>',
      said: 'returned status 502: <html>Bad',
    },
    { what: 'a proxy with an empty response', status: 503, body: '', said: 'returned status 503: (empty)' },
    {
      what: 'another server',
      status: 404,
      body: '{"not":"ours"}',
      said: 'returned status 404: {"not":"ours"}',
    },
  ])('for the response of $what', async ({ status, body, said }) => {
    const server = await serverThat((_request, response) => {
      response.writeHead(status);
      response.end(body);
    });
    const failure = await failureOf(createClient({ url: server.url }).exportSessions({}));
    expect(failure).toBeInstanceOf(AnswerError);
    expect(failure).toMatchObject({ codes: [], message: expect.stringContaining(said) });
  });
});
