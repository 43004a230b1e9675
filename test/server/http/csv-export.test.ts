import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { createGunzip, gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Authentication } from '../../../src/server/auth/authentication.ts';
import { unrestrictedPrincipal } from '../../../src/domain/principal.ts';
import { AnalyticsTimeoutError } from '../../../src/worker/analytics-timeout-error.ts';
import { DatabaseError } from '../../../src/db/errors.ts';
import type { CsvPage, CsvText } from '../../../src/domain/export/session-rows.ts';
import { csvExportEndpoint, exportPath } from '../../../src/server/http/csv-export.ts';
import { createHttpHandler } from '../../../src/server/http/http-handler.ts';
import { createRequestListener } from '../../../src/server/http/request-listener.ts';
import { createRequestMetrics } from '../../../src/server/http/request-metrics.ts';
import { createMetrics } from '../../../src/server/metrics/metrics.ts';
import { createErrorMask, serverErrorWords } from '../../../src/graphql/mask-error.ts';
import { createRateLimit } from '../../../src/server/operations/rate-limit.ts';
import { createLog } from '../../../src/shared/log.ts';
import { sessionFilterFields } from '../../../src/domain/sessions/filter-fields.ts';
import { testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { eventually, inTime } from '../../support/received.ts';

/** More than the socket buffers of the operating system hold. */
const large = 4 * 1_024 * 1_024;

/** A server with nothing but the export, with generated pages. */
async function startedExports(pageOf: (page: CsvPage, number: number) => Promise<CsvText>) {
  const asked: CsvPage[] = [];
  const logged: Record<string, unknown>[] = [];
  const log = createLog('info', { write: (line) => logged.push(JSON.parse(line)) });
  /** The callbacks for the end of a token. */
  const revocations = new Set<() => void>();
  const authentication: Authentication = {
    isRequired: true,
    principalOf: async () => unrestrictedPrincipal,
    watchToken(_principal, onTokenEnd) {
      revocations.add(onTokenEnd);
      return () => revocations.delete(onTokenEnd);
    },
    close() {},
  };
  const clock = manualClock('2026-01-11T10:30:00.000Z');
  const maskError = createErrorMask({ log, words: serverErrorWords });
  const endpoint = csvExportEndpoint({
    checkNames: async () => {},
    pageOf: (page) => pageOf(page, asked.push(page)),
    authentication,
    clock,
    log,
    maskError,
  });
  const handle = createHttpHandler({
    graphqlPath: '/graphql',
    graphql() {
      throw new Error('The server has only the export');
    },
    endpoints: new Map([[exportPath, endpoint]]),
    authenticatedPaths: [exportPath],
    page: undefined,
    cors: undefined,
    maxBodyBytes: 1_000,
    metrics: createRequestMetrics({ metrics: createMetrics(), routes: [exportPath], clock, log }),
    authentication,
    rateLimit: createRateLimit({ requestsPerMinute: 1_000, complexityPerMinute: 1_000 }, clock),
    onLimitExceeded: () => {},
    log,
    maskError,
  });
  const server = createServer(createRequestListener(handle).listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen');
  return { asked, logged, revocations, origin: `http://127.0.0.1:${address.port}` };
}

/** This number of pages, each with its number as content. */
const numbered =
  (count: number, size = 0) =>
  async (_page: CsvPage, number: number): Promise<CsvText> => ({
    lines: new TextEncoder().encode(`page ${number}${'.'.repeat(size)}\r\n`),
    next: number < count ? { id: number, at: new Date(number) } : null,
  });

/** Fails at this page. A later request gets one more page, which is the last. */
const failingAt =
  (failing: number, error: unknown, size = 0) =>
  async (page: CsvPage, number: number): Promise<CsvText> => {
    if (number === failing) throw error;
    return numbered(failing, number < failing ? size : 0)(page, number);
  };

/** Sends a request, and leaves the body of the response unread. */
function runQuery(
  url: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, resolve);
    sent.once('error', reject);
    sent.end();
  });
}

const gzip = { headers: { 'accept-encoding': 'gzip' } };
const pagesInOrder = (count: number) =>
  Array.from({ length: count }, (_, index) => `page ${index + 1}\r\n`).join('');

describe('an export', () => {
  it('is a file with the UTC time in its name, and a byte order mark for Excel', async () => {
    const { origin } = await startedExports(numbered(3));
    const answer = await runQuery(`${origin}${exportPath}`, { headers: { 'x-request-id': 'mine' } });

    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="sessions-2026-01-11T10-30-00.csv"',
      'cache-control': 'no-store',
      vary: 'accept-encoding',
      'x-request-id': 'mine',
    });
    expect(answer.headers).not.toHaveProperty('content-encoding');
    expect((await buffer(answer)).toString()).toBe(`\uFEFF${pagesInOrder(3)}`);
  });

  it('has no byte order mark with bom=off', async () => {
    const { origin } = await startedExports(numbered(1));
    expect(await text(await runQuery(`${origin}${exportPath}?bom=off`))).toBe(pagesInOrder(1));
  });

  it('is compressed if the client accepts gzip', async () => {
    const { origin } = await startedExports(numbered(3, 100_000));
    const answer = await runQuery(`${origin}${exportPath}`, gzip);
    const body = await buffer(answer);

    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(body.byteLength).toBeLessThan(3_000);
    expect(gunzipSync(body).toString().replaceAll('.', '')).toBe(`\uFEFF${pagesInOrder(3)}`);
  });

  it('reads each page after the previous page, with the same filter', async () => {
    const { origin, asked } = await startedExports(numbered(3));
    await text(await runQuery(`${origin}${exportPath}?agentId=ada&outcome=REJECTED`));

    expect(asked).toMatchObject([
      { filter: { agentId: 'ada', outcome: 'rejected' }, after: undefined },
      { filter: { agentId: 'ada', outcome: 'rejected' }, after: { id: 1, at: new Date(1) } },
      { filter: { agentId: 'ada', outcome: 'rejected' }, after: { id: 2, at: new Date(2) } },
    ]);
  });

  it('answers a HEAD request without reading any sessions', async () => {
    const { origin, asked } = await startedExports(numbered(3));
    const answer = await runQuery(`${origin}${exportPath}`, { method: 'HEAD', ...gzip });

    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="sessions-2026-01-11T10-30-00.csv"',
      'content-encoding': 'gzip',
    });
    expect(await text(answer)).toBe('');
    expect(asked).toEqual([]);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('rejects the method %s', async (method) => {
    const { origin, asked } = await startedExports(numbered(1));
    const answer = await runQuery(`${origin}${exportPath}`, { method });

    expect(answer).toMatchObject({ statusCode: 405, headers: { allow: 'GET, HEAD' } });
    expect(JSON.parse(await text(answer))).toEqual({
      errors: [
        {
          message: `${method} is not allowed for ${exportPath}. Use GET`,
          extensions: { code: 'METHOD_NOT_ALLOWED' },
        },
      ],
    });
    expect(asked).toEqual([]);
  });

  it('rejects all invalid parameters at once', async () => {
    const { origin, asked } = await startedExports(numbered(1));
    const answer = await runQuery(`${origin}${exportPath}?taskKey=x&active=maybe`);

    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(await text(answer))).toEqual({
      errors: [
        {
          message: "taskKey 'x' is not a key. Keys look like T-E07-F20-001",
          extensions: { code: 'BAD_USER_INPUT' },
        },
        {
          message: 'active: "maybe" is not allowed. Use one of true, false',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
    expect(asked).toEqual([]);
  });
});

describe('an error before the first page', () => {
  it.each<[what: string, error: Error, status: number, code: string]>([
    ['a timeout', new AnalyticsTimeoutError(30_000), 504, 'TIMEOUT'],
    ['a busy database', new DatabaseError('DATABASE_BUSY'), 503, 'DATABASE_BUSY'],
  ])('is returned: %s', async (_what, error, status, code) => {
    const { origin, logged } = await startedExports(failingAt(1, error));
    const answer = await runQuery(`${origin}${exportPath}`);

    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers).not.toHaveProperty('content-disposition');
    expect(JSON.parse(await text(answer))).toMatchObject({
      errors: [{ message: expect.stringMatching(new RegExp(`^${error.message}`)), extensions: { code } }],
    });
    // Database errors are logged for the operator.
    expect(logged).toMatchObject(code === 'TIMEOUT' ? [] : [{ level: 50, code }]);
  });

  it('is logged, and not returned, if it is an internal error', async () => {
    const { origin, logged } = await startedExports(failingAt(1, new Error('secret')));
    const answer = await runQuery(`${origin}${exportPath}`, { headers: { 'x-request-id': 'mine' } });

    expect(answer.statusCode).toBe(500);
    expect(JSON.parse(await text(answer))).toEqual({
      errors: [
        {
          message:
            'Something went wrong in the server. To find the cause, the operator searches the log for the request id.',
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'mine' },
        },
      ],
    });
    expect(logged).toMatchObject([{ requestId: 'mine', err: { message: 'secret' } }]);
  });
});

describe.each([
  ['uncompressed', {}],
  ['compressed', gzip],
])('an export that is sent %s', (_how, { headers = {} }: { headers?: Record<string, string> }) => {
  it('is aborted by a later error, so that it is not mistaken for the complete file', async () => {
    const { origin, logged } = await startedExports(failingAt(3, new AnalyticsTimeoutError(30_000), 100_000));
    const answer = await runQuery(`${origin}${exportPath}`, {
      headers: { ...headers, 'x-request-id': 'mine' },
    });

    expect(answer.statusCode).toBe(200);
    await expect(inTime('the answer has ended', text(answer))).rejects.toThrow('aborted');
    expect(logged).toMatchObject([
      {
        requestId: 'mine',
        err: { message: 'The query took longer than 30 s and was aborted' },
        msg: 'a CSV export was aborted by an error',
      },
    ]);
    // The server still works.
    expect(await text(await runQuery(`${origin}${exportPath}?bom=off`))).toBe('page 4\r\n');
  });

  it('is aborted when its token becomes invalid', async () => {
    let throwIfAborted = () => {};
    const { origin, logged, revocations } = await startedExports(async (page, number) => {
      if (number === 3)
        await new Promise<void>((resolve) => {
          throwIfAborted = resolve;
        });
      return numbered(5)(page, number);
    });
    const answer = await runQuery(`${origin}${exportPath}`, {
      headers: { ...headers, 'x-request-id': 'mine' },
    });
    const body = text(answer);
    for (const revoke of revocations) revoke();
    await expect(inTime('the answer has ended', body)).rejects.toThrow('aborted');
    throwIfAborted();
    expect(logged).toMatchObject([{ level: 30, requestId: 'mine' }]);
    await eventually('nobody is looked after any more', () => revocations.size === 0);
  });

  it('stops watching its token at the end', async () => {
    const { origin, revocations } = await startedExports(numbered(3));
    await text(await runQuery(`${origin}${exportPath}`, { headers }));
    await eventually('nobody is looked after any more', () => revocations.size === 0);
  });

  it('is read only as fast as its client reads', async () => {
    const random = Buffer.from(Uint8Array.from({ length: large }, () => Math.random() * 256));
    const { origin, asked } = await startedExports(async (page, number) => ({
      ...(await numbered(10)(page, number)),
      // Random bytes cannot be compressed.
      lines: new Uint8Array(random),
    }));
    const answer = await runQuery(`${origin}${exportPath}`, { headers });
    await quiet(() => asked.length);
    expect(asked.length).toBeLessThanOrEqual(3);

    let size = 0;
    for await (const chunk of headers['accept-encoding'] === undefined ? answer : answer.pipe(createGunzip()))
      size += chunk.length;
    expect(asked).toHaveLength(10);
    expect(size).toBe(3 + 10 * large);
  });

  it('is not read further after its client disconnects', async () => {
    let release: (() => void) | undefined;
    const { origin, asked, logged } = await startedExports(async (page, number) => {
      if (number === 3)
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      return numbered(100)(page, number);
    });
    const answer = await runQuery(`${origin}${exportPath}`, { headers });
    answer.once('error', () => {});
    answer.resume();
    await eventually('the third page is being read', () => release !== undefined);
    const { length } = asked;
    answer.destroy();
    await once(answer, 'close');
    // The server notices the disconnection before it answers another request.
    await text(await runQuery(`${origin}${exportPath}?bom=nonsense`));
    release?.();
    await quiet(() => asked.length);

    expect(asked).toHaveLength(length);
    expect(logged).toEqual([]);
  });
});

/** Waits until the number has not changed for some time. */
async function quiet(count: () => number): Promise<void> {
  let seen = count();
  let unchanged = 0;
  await eventually('nothing more happens', () => {
    unchanged = count() === seen ? unchanged + 1 : 0;
    seen = count();
    return unchanged > 500;
  });
}

describe('names in the parameters of an export', () => {
  const names: Readonly<
    Record<string, readonly [name: string, status: number, code: string, message: string]>
  > = {
    taskKey: ['T-E01-F01-077', 404, 'TASK_NOT_FOUND', "There is no task 'T-E01-F01-077'"],
    featureKey: ['E01-F77', 404, 'FEATURE_NOT_FOUND', "There is no feature 'E01-F77'"],
    epicKey: ['E77', 404, 'EPIC_NOT_FOUND', "There is no epic 'E77'"],
    phase: [
      'developement',
      400,
      'BAD_USER_INPUT',
      "There is no phase 'developement'. Did you mean 'development'?",
    ],
  };
  const taking = Object.keys(
    sessionFilterFields({
      text: ({ name }) => name,
      outcome: ({ name }) => name,
      flag: ({ name }) => name,
      duration: ({ name }) => name,
      instant: ({ name }) => name,
    }),
  ).filter((name) => name === 'phase' || name.endsWith('Key'));

  it.each(taking)('%s must exist', async (parameter) => {
    const [name = '', status, code, message] = names[parameter] ?? [];
    await using app = await testApp();
    for (const method of ['GET', 'HEAD']) {
      const answer = await app.fetch(`http://test${exportPath}?${parameter}=${name}`, { method });
      expect(answer.status).toBe(status);
      if (method === 'GET')
        expect(await answer.json()).toMatchObject({
          errors: [{ message: expect.stringContaining(String(message)), extensions: { code } }],
        });
    }
  });
});
