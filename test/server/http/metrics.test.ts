import { describe, expect, it } from 'vitest';
import {
  ClaimTaskDocument,
  SessionChangedDocument,
  SessionTurnedStaleDocument,
} from '../../../src/client/generated/graphql.ts';
import { metricsOf } from '../../support/metrics.ts';
import { testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { claimTask } from '../../support/mutations.ts';
import { eventually } from '../../support/received.ts';
import { openSocket } from '../../support/socket.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';
import { transports } from '../../support/transports.ts';

const minutes = 60_000;

describe('/metrics', () => {
  it('counts operations over both transports by root field and outcome', async () => {
    await using app = await testApp();
    await app.start();
    const key = await createTask(app);
    await claim(app, key);
    await claimTask(app, { taskKey: key, agentId: 'secret-agent' });
    await app.post('query Mine($key: String!) { task(key: $key) { key } }', { key });
    await app.post('{ nonsense }');
    await app.post('{ epics { key } workflow { phases } }');
    await using socket = await openSocket(app.url);
    const input = { taskKey: key, agentId: 'secret-agent' };
    await socket.subscribe(ClaimTaskDocument, { input }).next();
    await socket.subscribe('{ nonsense }').errors();

    const metrics = await metricsOf(app);

    const claims = { kind: 'mutation', operation: 'claimTask' };
    expect(metrics.value('shark_operations_total', { transport: 'http', ...claims, outcome: 'ok' })).toBe(1);
    for (const transport of ['http', 'websocket'])
      expect(
        metrics.value('shark_operations_total', { transport, ...claims, outcome: 'TaskAlreadyClaimedError' }),
      ).toBe(1);
    const timed = (transport: string) => ({ transport, kind: 'mutation', operation: 'claimTask' });
    expect(metrics.value('shark_operation_duration_seconds_count', timed('http'))).toBe(2);
    expect(metrics.value('shark_operation_duration_seconds_count', timed('websocket'))).toBe(1);
    for (const operation of ['task', 'several'])
      expect(
        metrics.value('shark_operations_total', {
          transport: 'http',
          kind: 'query',
          operation,
          outcome: 'ok',
        }),
      ).toBe(1);
    for (const transport of ['http', 'websocket'])
      expect(metrics.total('shark_operations_total', { transport, operation: 'unknown' })).toBe(1);
    expect(metrics.value('shark_sockets', {})).toBe(1);
    expect(
      metrics.value('shark_http_requests_total', { route: '/graphql', method: 'POST', status: '200' }),
    ).toBeGreaterThanOrEqual(6);
    for (const secret of ['secret-agent', key, 'Mine', 'nonsense'])
      expect(metrics.text).not.toContain(secret);
  });

  it('counts open sessions, stale sessions and database changes', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const [first = '', second = ''] = await createTasks(app, [
      'ready_for_development',
      'ready_for_development',
    ]);
    await claim(app, first);
    clock.advance(240 * minutes);
    await claim(app, second);

    const metrics = await metricsOf(app);

    expect(metrics.value('shark_sessions_active', {})).toBe(2);
    expect(metrics.value('shark_sessions_stale', {})).toBe(1);
    expect(metrics.value('shark_writer_queue', {})).toBe(0);
    expect(metrics.value('shark_writer_wait_seconds_count', {})).toBe(6);
    expect(metrics.value('shark_writer_transaction_seconds_count', {})).toBe(6);
  });

  it('contains each process metric once', async () => {
    await using app = await testApp();
    await using other = await testApp();
    expect(await metricsOf(other)).toBeDefined();
    const metrics = await metricsOf(app);
    expect(metrics.value('process_resident_memory_bytes', {})).toBeGreaterThan(1e6);
    expect(metrics.value('nodejs_heap_size_used_bytes', {})).toBeGreaterThan(1e6);
    expect(metrics.value('process_cpu_seconds_total', {})).toBeGreaterThan(0);
    expect(metrics.value('nodejs_eventloop_lag_p99_seconds', {})).toBeGreaterThanOrEqual(0);
    const declared = [...metrics.text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
    expect(declared).toEqual([...new Set(declared)]);
  });

  it('omits session counts if the database fails, and logs a warning', async () => {
    let broken = false;
    await using app = await testApp({
      onStatement() {
        if (broken) throw new Error('disk I/O error');
      },
    });
    expect((await metricsOf(app)).value('shark_sessions_active', {})).toBe(0);
    broken = true;
    const metrics = await metricsOf(app);
    expect(metrics.value('shark_sessions_active', {})).toBeUndefined();
    expect(metrics.value('shark_sessions_stale', {})).toBeUndefined();
    expect(metrics.value('shark_sockets', {})).toBe(0);
    expect(app.logged).toContainEqual(
      expect.objectContaining({
        level: 40,
        msg: 'the sessions could not be counted for /metrics',
      }),
    );
    broken = false;
    expect((await metricsOf(app)).value('shark_sessions_active', {})).toBe(0);
  });

  it('is separate for each server', async () => {
    await using one = await testApp();
    await using other = await testApp();
    await one.post('{ __typename }');
    expect((await metricsOf(one)).total('shark_operations_total', { operation: '__typename' })).toBe(1);
    expect((await metricsOf(other)).total('shark_operations_total', {})).toBe(0);
  });

  it('contains no paths, methods or operation names from clients', async () => {
    await using app = await testApp();
    for (let number = 0; number < 20; number += 1) {
      await app.fetch(`http://test/made-up-${number}`, { method: 'PUT' });
      await app.post(`query MadeUp${number} { madeUp${number}: __typename }`);
    }
    const metrics = await metricsOf(app);
    expect(
      metrics.value('shark_http_requests_total', { route: 'other', method: 'other', status: '404' }),
    ).toBe(20);
    expect(metrics.total('shark_operations_total', { operation: '__typename' })).toBe(20);
    expect(metrics.text.toLowerCase()).not.toMatch(/made-?up/);
  });

  it('uses the Prometheus text format', async () => {
    await using app = await testApp();
    const response = await app.fetch('http://test/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toMatch(/^# HELP shark_\w+ .+\n# TYPE shark_\w+ counter\n/m);
  });
});

describe.each(transports)('a subscription over $transport', ({ transport, subscribe }) => {
  const label = transport === 'WebSocket' ? 'websocket' : 'http';

  it('is counted from start to end', async () => {
    await using app = await testApp();
    await app.start();
    const subscribers = async () =>
      (await metricsOf(app)).value('shark_subscribers', { transport: label, operation: 'sessionChanged' });
    const events = await subscribe(app.url, SessionChangedDocument);
    await eventually('the subscription is served', async () => (await subscribers()) === 1);
    await events.close();
    await eventually('the subscription has ended', async () => (await subscribers()) === 0);
  });

  it('records the delay of its events, except for sessions that were already stale', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    await app.start();
    const [old = '', young = '', youngest = ''] = await createTasks(
      app,
      Array.from({ length: 3 }, () => 'ready_for_development'),
    );
    await claim(app, old);
    clock.advance(2 * minutes);
    await claim(app, young);
    await using events = await subscribe(app.url, SessionTurnedStaleDocument, { staleAfter: '1m' });
    await events.next();
    await claim(app, youngest);
    await eventually('the deadline is waited for', () => clock.pending.length === 2);

    clock.jumpTo(new Date(clock.now().getTime() + 1 * minutes + 300));
    clock.advance(1_000);
    await events.next();
    await events.next();

    await eventually('both events were handed over', async () => {
      const metrics = await metricsOf(app);
      return (
        metrics.value('shark_stale_push_seconds_count', {}) === 2 &&
        metrics.value('shark_stale_push_seconds_sum', {}) === 2.6
      );
    });
  });
});

describe('endpoints next to GraphQL', () => {
  it.each(['/health', '/ready', '/metrics'])('%s accepts only GET and HEAD', async (path) => {
    await using app = await testApp();
    const read = await app.fetch(`http://test${path}`);
    const head = await app.fetch(`http://test${path}`, { method: 'HEAD' });
    expect([read.status, head.status]).toEqual([200, 200]);
    expect(head.headers.get('content-type')).toBe(read.headers.get('content-type'));
    expect(await head.text()).toBe('');
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const refused = await app.fetch(`http://test${path}`, { method });
      expect(refused.status).toBe(405);
      expect(refused.headers.get('allow')).toBe('GET, HEAD');
    }
  });
});
