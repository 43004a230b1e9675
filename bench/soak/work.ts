import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { openSubscriber } from '../subscriber.ts';
import type { Client } from '../../src/client/client.ts';
import {
  AbandonSessionDocument,
  AbandonStaleSessionsDocument,
  AgentPerformanceDocument,
  AgingWorkDocument,
  BlockTaskDocument,
  BottlenecksDocument,
  ClaimNextTaskDocument,
  CreateTaskDocument,
  FinishTaskDocument,
  HeartbeatSessionDocument,
  PhaseDurationsDocument,
  RejectTaskDocument,
  SessionChangedDocument,
  SessionsDocument,
  TasksDocument,
  TaskStoryDocument,
  ThroughputDocument,
  UnblockTaskDocument,
} from '../../src/client/generated/graphql.ts';
import { schema } from '../../src/graphql/schema.ts';
import { overHttp } from '../../test/support/fuzz/carriers.ts';
import { operationsOf, rootFields } from '../../test/support/fuzz/operations.ts';
import { frame, openHandmadeSocket } from '../../test/support/socket-frames.ts';

/** Shared by all workers. */
export interface Site {
  url: string;
  client: Client;
  /** A feature to which tasks can be added. */
  featureKey: string;
}

/** Work that a number of workers repeat concurrently, with a pause after each repetition. */
export interface Kind {
  name: string;
  workers: number;
  pauseMs: number;
  /** Throws for an unexpected response. */
  work(site: Site): Promise<void>;
}

export const kinds: readonly Kind[] = [
  { name: 'agents', workers: 8, pauseMs: 100, work: agent },
  {
    name: 'orchestrators',
    workers: 1,
    pauseMs: 1_000,
    async work({ client }) {
      const input = { staleAfter: '4s', reason: 'no heartbeat', first: 500 };
      await client.send(AbandonStaleSessionsDocument, { input });
    },
  },
  {
    name: 'readers',
    workers: 1,
    pauseMs: 100,
    async work({ client }) {
      const { tasks } = await client.send(TasksDocument, { first: 20 });
      const [task] = tasks.nodes;
      if (task !== undefined) await client.send(TaskStoryDocument, { key: task.key });
      await client.send(SessionsDocument, { filter: { active: true }, first: 50 });
    },
  },
  {
    name: 'managers',
    workers: 1,
    pauseMs: 2_000,
    async work({ client }) {
      await client.send(PhaseDurationsDocument, {});
      await client.send(AgentPerformanceDocument, {});
      await client.send(BottlenecksDocument, {});
      await client.send(AgingWorkDocument, { first: 50, startedOnly: false });
      await client.send(ThroughputDocument, { bucket: 'HOUR', filter: { since: hourAgo() } });
    },
  },
  { name: 'exports', workers: 1, pauseMs: 4_000, work: ({ url }) => exportSessions(url) },
  { name: 'subscribers that come and go', workers: 4, pauseMs: 300, work: subscriber },
  { name: 'event streams that come and go', workers: 3, pauseMs: 300, work: eventStream },
  { name: 'bad input', workers: 1, pauseMs: 200, work: ({ url }) => badInput(url) },
  { name: 'bodies that are too large', workers: 1, pauseMs: 1_000, work: ({ url }) => largeBody(url) },
  { name: 'sockets that are reset', workers: 2, pauseMs: 200, work: ({ url }) => brokenSocket(url) },
];

/** Claims the next task and ends its session with a random outcome. In a few cases it leaves the session open. */
async function agent({ client, featureKey }: Site): Promise<void> {
  const { claimNextTask } = await client.send(ClaimNextTaskDocument, {
    input: { agentId: `agent-${randomInt(40)}` },
  });
  if (claimNextTask.__typename !== 'ClaimNextTaskPayload') throw unexpected(claimNextTask);
  const { task, session } = claimNextTask;
  if (!task || !session) {
    const input = { featureKey, title: 'A piece of work', status: 'ready_for_development' };
    const { createTask } = await client.send(CreateTaskDocument, { input });
    if (createTask.__typename !== 'CreateTaskPayload') throw unexpected(createTask);
    return;
  }
  await delay(randomInt(100));
  const beat = await client.send(HeartbeatSessionDocument, { input: { sessionId: session.id } });
  if (beat.heartbeatSession.__typename === 'SessionNotFoundError') throw unexpected(beat);

  const target = { taskKey: task.key, sessionId: session.id };
  const percent = randomInt(100);
  if (percent < 3) return;
  if (percent < 70) await client.send(FinishTaskDocument, { input: { ...target, notes: '=A1 "done"\n🦈' } });
  else if (percent < 85)
    await client.send(RejectTaskDocument, { input: { ...target, reason: 'not good enough' } });
  else if (percent < 93)
    await client.send(AbandonSessionDocument, {
      input: { sessionId: session.id, reason: 'changed my mind' },
    });
  else {
    await client.send(BlockTaskDocument, { input: { ...target, reason: 'no access' } });
    await client.send(UnblockTaskDocument, { input: { taskKey: task.key } });
  }
}

/** Reads some exports completely and cancels others. */
async function exportSessions(url: string): Promise<void> {
  const answer = await fetch(new URL('/export/sessions.csv', url));
  if (answer.status !== 200) throw new Error(`The status of an export was ${answer.status} instead of 200`);
  if (randomInt(3) === 0) await answer.body?.cancel();
  else for await (const _chunk of answer.body ?? []);
}

async function subscriber({ url }: Site): Promise<void> {
  const socket = await openSubscriber(url);
  socket.subscribe({ staleAfter: '1s' });
  await delay(randomInt(2_000));
  if (randomInt(2) === 0) socket.unsubscribe();
  socket.close();
}

async function eventStream({ url }: Site): Promise<void> {
  const gone = new AbortController();
  const answer = await fetch(url, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ query: SessionChangedDocument.toString() }),
    signal: gone.signal,
  });
  if (answer.status !== 200)
    throw new Error(`The status of an event stream was ${answer.status} instead of 200`);
  await delay(randomInt(2_000));
  gone.abort();
}

/** Few operations, so that the server's cache of parsed documents soon has all of them and stops growing. */
const invalidOperations = rootFields(schema)
  .filter(({ kind }) => kind !== 'subscription')
  .flatMap((root) => fc.sample(operationsOf(schema, root, {}), { seed: 1, numRuns: 5 }));
const carrier = overHttp();

async function badInput(url: string): Promise<void> {
  const operation = invalidOperations[randomInt(invalidOperations.length)];
  if (operation === undefined) throw new Error('The schema has no operations');
  const problems = await carrier.carry({ url }, operation);
  if (problems.length > 0) throw new Error(`${JSON.stringify(operation)}: ${problems.join('; ')}`);
}

async function largeBody(url: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ __typename } #${'x'.repeat(300_000)}` }),
  });
  await answer.text();
  if (answer.status !== 413)
    throw new Error(`The status for a body that is too large was ${answer.status} instead of 413`);
}

async function brokenSocket(url: string): Promise<void> {
  const socket = await openHandmadeSocket(url);
  const query = `subscription { sessionChanged { change } }`;
  for (const message of [{ type: 'connection_init' }, { id: '1', type: 'subscribe', payload: { query } }])
    socket.send(frame(Buffer.from(JSON.stringify(message))));
  await delay(randomInt(500));
  socket.send(frame(Buffer.from('{"type":"ping"}')).subarray(0, 1 + randomInt(10)));
  socket.connection.resetAndDestroy();
}

function hourAgo(): string {
  return new Date(Date.now() - 3_600_000).toISOString();
}

function unexpected(answer: object): Error {
  return new Error(`Unexpected response: ${JSON.stringify(answer)}`);
}
