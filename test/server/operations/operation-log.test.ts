import { describe, expect, it } from 'vitest';
import { ClaimTaskDocument, WorkflowDocument } from '../../../src/client/generated/graphql.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { openSocket } from '../../support/socket.ts';
import { createTask } from '../../support/tasks.ts';

function answersIn({ logged }: TestApp) {
  return logged.filter(({ msg }) => msg === 'operation answered');
}

const claimQuery = `mutation Mine($input: ClaimTaskInput!) { claimTask(input: $input) { __typename } }`;

describe('the log', () => {
  it('contains each mutation with the request ID of the client, but without its input', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    app.logged.length = 0;
    const send = (input: object) =>
      app.fetch('http://test/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': 'mine-1' },
        body: JSON.stringify({ query: claimQuery, variables: { input } }),
      });

    await send({ taskKey, agentId: 'secret-agent' });
    const response = await send({ taskKey, agentId: 'secret-agent' });

    expect(response.headers.get('x-request-id')).toBe('mine-1');
    const line = {
      level: 30,
      time: expect.any(String),
      requestId: 'mine-1',
      principal: 'anybody',
      transport: 'http',
      kind: 'mutation',
      operation: 'claimTask',
      name: 'Mine',
      durationMs: 0,
      outcomes: [],
      msg: 'operation answered',
    };
    expect(app.logged).toEqual([line, { ...line, outcomes: ['TaskAlreadyClaimedError'] }]);
  });

  it('contains a mutation on a WebSocket with a generated ID', async () => {
    await using app = await testApp();
    await app.start();
    const taskKey = await createTask(app);
    app.logged.length = 0;
    await using socket = await openSocket(app.url);
    for (const agentId of ['secret-agent', 'secret-agent'])
      await socket.subscribe(ClaimTaskDocument, { input: { taskKey, agentId } }).next();

    const lines = answersIn(app);
    expect(lines).toMatchObject([
      { transport: 'websocket', operation: 'claimTask', outcomes: [], requestId: expect.any(String) },
      { transport: 'websocket', operation: 'claimTask', outcomes: ['TaskAlreadyClaimedError'] },
    ]);
    expect(new Set(lines.map(({ requestId }) => requestId)).size).toBe(2);
    expect(JSON.stringify(app.logged)).not.toContain('secret-agent');
  });

  it('contains queries only if they are slow', async () => {
    const clock = manualClock();
    let tookMs = 0;
    await using app = await testApp({
      clock,
      onStatement() {
        clock.advance(tookMs);
      },
    });
    await app.post('{ epics { key } }');
    expect(answersIn(app)).toEqual([]);
    tookMs = 1_000;
    await app.post('query Slow { epics { key } }');
    expect(answersIn(app)).toMatchObject([{ level: 30, kind: 'query', name: 'Slow', durationMs: 1_000 }]);
  });

  it('contains all operations at level debug, without URL parameters', async () => {
    await using app = await testApp({ config: { logLevel: 'debug' } });
    await app.start();
    await app.fetch('http://test/graphql?query={__typename}', { headers: { 'x-request-id': 'mine-2' } });
    await app.fetch('http://test/export/sessions.csv?agentId=secret-agent');
    await using socket = await openSocket(app.url);
    await socket.subscribe(WorkflowDocument).next();

    expect(answersIn(app)).toMatchObject([
      { level: 20, kind: 'query', operation: '__typename', requestId: 'mine-2' },
      { level: 20, kind: 'query', operation: 'workflow', transport: 'websocket' },
    ]);
    expect(app.logged.filter(({ msg }) => msg === 'request answered')).toMatchObject([
      { requestId: 'mine-2', route: '/graphql', method: 'GET', status: 200 },
      { route: '/export/sessions.csv', method: 'GET', status: 200 },
    ]);
    expect(JSON.stringify(app.logged)).not.toContain('secret-agent');
  });

  it('contains internal errors with the ID in the response, over HTTP and WebSocket', async () => {
    let broken = false;
    await using app = await testApp({
      onStatement() {
        if (broken) throw new Error('disk I/O error');
      },
    });
    await app.start();
    const input = { taskKey: await createTask(app), agentId: 'backend' };
    await using socket = await openSocket(app.url);
    broken = true;
    app.logged.length = 0;
    const response = await app.fetch('http://test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'mine-3' },
      body: JSON.stringify({ query: claimQuery, variables: { input } }),
    });
    const [overHttp] = (await response.json()).errors;
    const [onSocket] = await socket.subscribe(ClaimTaskDocument, { input }).errors();

    expect(overHttp.extensions.requestId).toBe('mine-3');
    for (const requestId of ['mine-3', onSocket?.extensions?.requestId])
      expect(app.logged.filter((line) => line.requestId === requestId)).toMatchObject([
        { level: 50, msg: 'a request failed', err: { message: expect.stringContaining('disk I/O error') } },
        { level: 30, operation: 'claimTask', outcomes: ['INTERNAL_SERVER_ERROR'] },
      ]);
  });
});
