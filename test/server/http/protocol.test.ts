import { describe, expect, it } from 'vitest';
import { SessionTurnedStaleDocument, WorkflowDocument } from '../../../src/client/generated/graphql.ts';
import { testApp } from '../../support/app.ts';
import { openEventStream } from '../../support/event-stream.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { eventually } from '../../support/received.ts';
import { claim, createTask } from '../../support/tasks.ts';

describe('server-sent events', () => {
  it('answer a query with one event and complete', async () => {
    await using app = await testApp();
    await using events = await openEventStream(app.fetch, 'http://test/graphql', WorkflowDocument);
    expect(events.response.headers.get('content-type')).toBe('text/event-stream');
    expect((await events.next()).workflow.phases).toContain('development');
    await events.end();
  });

  it('answer a rejected subscription with its errors and complete', async () => {
    await using app = await testApp();
    await using events = await openEventStream(app.fetch, 'http://test/graphql', SessionTurnedStaleDocument, {
      after: 'somewhere',
    });
    expect(await events.errors()).toMatchObject([
      { message: expect.stringContaining("'somewhere'"), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    await events.end();
  });

  it('answer an internal error with the request ID only, and complete', async () => {
    const clock = manualClock();
    let broken = false;
    await using app = await testApp({
      clock,
      onStatement() {
        if (broken) throw new Error('disk I/O error');
      },
    });
    await claim(app, await createTask(app));
    await using events = await openEventStream(app.fetch, 'http://test/graphql', SessionTurnedStaleDocument);
    await eventually('the subscription is served', () => clock.pending.length === 2);
    broken = true;
    clock.advance(4 * 3_600_000);

    const requestId = events.response.headers.get('x-request-id');
    expect(await events.errors()).toMatchObject([
      {
        message: expect.not.stringContaining('disk'),
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
      },
    ]);
    await events.end();
    expect(app.logged).toContainEqual(expect.objectContaining({ level: 50, requestId }));
  });

  it('are required for a subscription over HTTP', async () => {
    await using app = await testApp();
    const response = await app.fetch('http://test/graphql', {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ query: SessionTurnedStaleDocument }),
    });
    expect(response.status).toBe(406);
  });
});

describe('an unused connection', () => {
  it('stays open for longer than clients and proxies keep it', async () => {
    await using app = await testApp();
    await app.start();
    const response = await fetch(new URL('/health', app.url));
    expect(response.headers.get('keep-alive')).toBe('timeout=75');
  });
});

describe('the root path', () => {
  it('redirects to GraphQL', async () => {
    await using app = await testApp();
    const response = await app.fetch('http://test/');
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/graphql');
  });
});

describe('the request ID', () => {
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

  it.each(['/graphql?query={__typename}', '/health', '/', '/nowhere'])(
    'is in the response of %s',
    async (path) => {
      await using app = await testApp();
      const ids = [];
      for (const sent of ['ci-build_17.4', undefined, undefined, 'no good:\u00e9', 'x'.repeat(65), '']) {
        const headers = new Headers(sent === undefined ? [] : [['x-request-id', sent]]);
        const response = await app.fetch(`http://test${path}`, { headers });
        ids.push(response.headers.get('x-request-id'));
      }
      const [own, ...made] = ids;
      expect(own).toBe('ci-build_17.4');
      for (const id of made) expect(id).toMatch(uuid);
      expect(new Set(made).size).toBe(made.length);
    },
  );

  it('is in the response to an internal error, and in the log with the cause', async () => {
    let broken = false;
    await using app = await testApp({
      onStatement() {
        if (broken) throw new Error('disk I/O error');
      },
    });
    broken = true;
    const response = await app.fetch('http://test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'mine-1' },
      body: JSON.stringify({ query: '{ epics { key } }' }),
    });
    const body = await response.json();
    expect(body.errors).toMatchObject([
      { extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'mine-1' } },
    ]);
    expect(JSON.stringify(body)).not.toContain('disk I/O error');
    const faults = app.logged.filter(({ level }) => level === 50);
    expect(faults).toMatchObject([{ requestId: 'mine-1' }]);
    expect(JSON.stringify(faults)).toContain('disk I/O error');
  });
});

it.each(['GET', 'HEAD', 'POST'])('a %s request for / is redirected to GraphQL', async (method) => {
  await using app = await testApp();
  const response = await app.fetch('http://test/', { method });
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe('/graphql');
});
