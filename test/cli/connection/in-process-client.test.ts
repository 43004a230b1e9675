import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AnswerError } from '../../../src/client/answer.ts';
import {
  ClaimTaskDocument,
  CreateEpicDocument,
  PhaseDurationsDocument,
  SessionChangedDocument,
  SessionsDocument,
  SessionTurnedStaleDocument,
  TasksDocument,
} from '../../../src/client/generated/graphql.ts';
import { readConfig } from '../../../src/server/config.ts';
import { createInProcessClient } from '../../../src/cli/connection/in-process-client.ts';
import { createLog } from '../../../src/shared/log.ts';
import { expectType } from '../../support/app.ts';
import { filledApp } from '../../support/exports.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { eventually, inTime } from '../../support/received.ts';
import { createSharkDatabase, open, temporaryFolder } from '../../support/shark-databases.ts';
import { claim, createTask } from '../../support/tasks.ts';

interface Options {
  file?: string;
  settings?: Readonly<Record<string, string>>;
}

/** A client on a new database by default. */
async function onFile({ file = join(temporaryFolder(), 'shark.db'), settings = {} }: Options = {}) {
  const clock = manualClock();
  const logged: Record<string, unknown>[] = [];
  const backups: string[] = [];
  let broken = false;
  const client = await createInProcessClient(
    {
      ...readConfig({ DATABASE_URL: `file:${file}`, ...settings }),
      workflowFile: join(dirname(file), '.sharkconfig.json'),
    },
    {
      clock: {
        ...clock,
        now() {
          if (broken) throw new Error('the secret spring of the clock broke');
          return clock.now();
        },
      },
      mayCreateTables: true,
      log: createLog('trace', { write: (line) => logged.push(JSON.parse(line)) }),
      onBackup: (backup) => backups.push(backup),
    },
  );
  let isClosed = false;
  const close = async () => {
    if (!isClosed) await client.close();
    isClosed = true;
  };
  onTestFinished(close);
  return {
    ...client,
    close,
    clock,
    file,
    logged,
    backups,
    /** From now on, the program itself has a defect. */
    breakClock() {
      broken = true;
    },
  };
}

const minutes = 60_000;

/** The error of a rejected call. */
async function refusalOf(call: Promise<unknown>): Promise<AnswerError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AnswerError) return error;
  throw new Error(`It was not refused, but ended with ${String(error)}`);
}

describe('send', () => {
  it('returns data from a new file', async () => {
    const client = await onFile();
    const key = await createTask(client);
    const { agentId } = await claim(client, key);
    expect(agentId).toBe('backend');
    expect(await client.send(TasksDocument, {})).toMatchObject({
      tasks: { totalCount: 1, nodes: [{ key, status: 'in_development' }] },
    });
    // The file is new: there was nothing to back up.
    expect(client.backups).toEqual([]);
    expect(client.logged).toEqual([]);
  });

  it('allows everything, like write access to the file does', async () => {
    const client = await onFile();
    const { createEpic } = await client.send(CreateEpicDocument, { input: { title: 'Sign-in' } });
    expect(createEpic).toMatchObject({ __typename: 'CreateEpicPayload' });
  });

  it('returns an error of a mutation as data', async () => {
    const client = await onFile();
    const key = await createTask(client);
    await claim(client, key);
    const { claimTask } = await client.send(ClaimTaskDocument, {
      input: { taskKey: key, agentId: 'frontend' },
    });
    expect(expectType(claimTask, 'TaskAlreadyClaimedError').activeSession.agentId).toBe('backend');
  });

  it.each([
    {
      what: 'an invalid value of a scalar',
      ask: (client: Awaited<ReturnType<typeof onFile>>) =>
        client.send(SessionsDocument, { filter: { staleAfter: 'soon' } }),
      said: 'soon',
    },
    {
      what: 'an impossible value',
      ask: (client: Awaited<ReturnType<typeof onFile>>) => client.send(SessionsDocument, { first: -1 }),
      said: 'first',
    },
    {
      what: 'an impossible filter of the analytics',
      ask: (client: Awaited<ReturnType<typeof onFile>>) =>
        client.send(PhaseDurationsDocument, { filter: { since: '2026-02-01', until: '2026-01-01' } }),
      said: 'since',
    },
  ])('throws BAD_USER_INPUT for $what, and logs nothing', async ({ ask, said }) => {
    const client = await onFile();
    const refusal = await refusalOf(ask(client));
    expect(refusal.codes).toEqual(['BAD_USER_INPUT']);
    expect(refusal.message).toContain(said);
    expect(client.logged).toEqual([]);
  });

  it('logs a defect of the program, and only mentions the log level in the error', async () => {
    const client = await onFile();
    await claim(client, await createTask(client));
    client.breakClock();
    const refusal = await refusalOf(client.send(SessionsDocument, {}));
    expect(refusal.codes).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(refusal.message).toContain('Something went wrong in this program.');
    expect(refusal.message).toContain('Run the command again with LOG_LEVEL=error to see the cause.');
    expect(refusal.message).not.toContain('spring');
    expect(refusal.message).not.toContain('server');
    expect(JSON.stringify(client.logged)).toContain('the secret spring of the clock broke');
  });

  it('reports a changed database in one sentence, and logs the details', async () => {
    const client = await onFile();
    open(client.file).exec('DROP TABLE task_sessions');
    const refusal = await refusalOf(client.send(SessionsDocument, {}));
    expect(refusal.codes).toEqual(['DATABASE_CHANGED']);
    expect(refusal.message).not.toContain('no such table');
    expect(JSON.stringify(client.logged)).toContain('no such table');
  });
});

describe('the database file', () => {
  it('is closed by close() after all kinds of requests', async () => {
    const client = await onFile();
    await claim(client, await createTask(client));
    await client.send(PhaseDurationsDocument, {});
    await text(client.exportSessions({}));
    // SQLite deletes this file when the last connection closes, and not before.
    expect(existsSync(`${client.file}-wal`)).toBe(true);
    await client.close();
    expect(existsSync(`${client.file}-wal`)).toBe(false);
  });

  it('is backed up, with a notice, if another program created it', async () => {
    const client = await onFile({ file: createSharkDatabase('recent') });
    expect(client.backups).toHaveLength(1);
    expect(existsSync(client.backups[0] ?? '')).toBe(true);
  });

  it('accepts writes of two clients at once without losing any', async () => {
    const one = await onFile();
    const other = await onFile({ file: one.file });
    const key = await createTask(one);
    const claims = await Promise.all(
      [one, other].map((client, index) =>
        client.send(ClaimTaskDocument, { input: { taskKey: key, agentId: `agent-${index}` } }),
      ),
    );
    expect(claims.map(({ claimTask }) => claimTask.__typename).toSorted()).toEqual([
      'ClaimTaskPayload',
      'TaskAlreadyClaimedError',
    ]);

    const epics = Array.from({ length: 10 }, (_, index) => `Epic ${index}`);
    const made = await Promise.all(
      epics.map((title, index) =>
        (index % 2 === 0 ? one : other).send(CreateEpicDocument, { input: { title } }),
      ),
    );
    const keys = made.map(({ createEpic }) => expectType(createEpic, 'CreateEpicPayload').epic.key);
    expect(new Set(keys).size).toBe(epics.length);
    expect(open(one.file).prepare('SELECT COUNT(*) AS count FROM epics').get()).toEqual({ count: 11 });
  });
});

describe('subscribe', () => {
  it('returns events, and reports when the subscription is active', async () => {
    const client = await onFile();
    const key = await createTask(client);
    let connections = 0;
    const events = client.subscribe(
      SessionChangedDocument,
      {},
      {
        onConnected: () => {
          connections += 1;
        },
      },
    );
    const first = events.next();
    // Changes before that are not reported.
    await eventually('the subscription stood', () => connections > 0);
    await claim(client, key);
    expect((await inTime('a change was told', first)).value).toMatchObject({
      sessionChanged: { change: 'OPENED', session: { agentId: 'backend' } },
    });
    await events.return?.();
    expect(connections).toBe(1);
  });

  it('returns a session when it turns stale, with the variables from the callback', async () => {
    const client = await onFile();
    await claim(client, await createTask(client));
    const events = client.subscribe(SessionTurnedStaleDocument, () => ({ staleAfter: '4h' }));
    const first = events.next();
    await eventually('the session was waited for', () => client.clock.pending.length > 0);
    client.clock.advance(240 * minutes);
    expect((await inTime('the session turned stale', first)).value).toMatchObject({
      sessionTurnedStale: { staleAt: '2026-01-11T14:00:00.000Z', session: { agentId: 'backend' } },
    });
    await events.return?.();
  });

  it('stops immediately while it waits', async () => {
    const client = await onFile();
    const ended = new AbortController();
    let isConnected = false;
    const events = client.subscribe(
      SessionTurnedStaleDocument,
      {},
      {
        signal: ended.signal,
        onConnected: () => {
          isConnected = true;
        },
      },
    );
    const first = events.next();
    await eventually('the subscription stood', () => isConnected);
    ended.abort();
    expect(await inTime('the subscription ended', first)).toEqual({ done: true, value: undefined });
    // No timer is left.
    await client.close();
    expect(client.clock.pending).toEqual([]);
  });

  it('does not start if it is aborted before', async () => {
    const client = await onFile();
    await claim(client, await createTask(client));
    client.clock.advance(300 * minutes);
    let isConnected = false;
    const events = client.subscribe(
      SessionTurnedStaleDocument,
      {},
      {
        signal: AbortSignal.abort(),
        onConnected: () => {
          isConnected = true;
        },
      },
    );
    expect(await inTime('the subscription ended', events.next())).toEqual({ done: true, value: undefined });
    expect(isConnected).toBe(false);
  });

  it.each([
    { what: 'an invalid duration', variables: { staleAfter: 'soon' }, said: 'soon' },
    { what: 'an invalid cursor', variables: { after: 'nowhere' }, said: 'nowhere' },
  ])('rejects $what', async ({ variables, said }) => {
    const client = await onFile();
    const refusal = await refusalOf(client.subscribe(SessionTurnedStaleDocument, variables).next());
    expect(refusal.codes).toEqual(['BAD_USER_INPUT']);
    expect(refusal.message).toContain(said);
  });
});

describe('exportSessions', () => {
  it('returns the same bytes as the server', async () => {
    const app = await filledApp();
    const client = await onFile({ file: app.config.databaseFile });
    const filters: readonly Readonly<Record<string, string>>[] = [
      {},
      { bom: 'off' },
      { agent: 'ada', outcome: 'REJECTED' },
      { taskKey: 'T-E01-F01-004' },
      { epicKey: 'E03', active: 'true' },
      { phase: 'planning' },
    ];
    const lengths = new Set<number>();
    for (const parameters of filters) {
      const search = new URLSearchParams(parameters).toString();
      const answered = await app.fetch(`http://test/export/sessions.csv?${search}`);
      expect(answered.status).toBe(200);
      const file = await buffer(client.exportSessions(parameters));
      expect(file.equals(Buffer.from(await answered.arrayBuffer()))).toBe(true);
      lengths.add(file.byteLength);
    }
    // Otherwise the filters selected nothing.
    expect(lengths.size).toBeGreaterThan(3);
    expect((await text(client.exportSessions({}))).split('\r\n')).toHaveLength(62);
  });

  it('returns the same errors as the server', async () => {
    const client = await onFile();
    const refusal = await refusalOf(text(client.exportSessions({ outcome: 'lost', colour: 'red' })));
    expect(refusal.codes).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
    expect(refusal.message).toContain('The export failed: ');
    expect(refusal.message).toContain('"lost" is not allowed');
    expect(refusal.message).toContain('Unknown parameter "colour"');
  });

  it('reports a changed database in one sentence', async () => {
    const client = await onFile();
    open(client.file).exec('DROP TABLE task_sessions');
    const refusal = await refusalOf(text(client.exportSessions({})));
    expect(refusal.codes).toEqual(['DATABASE_CHANGED']);
    expect(refusal.message).not.toContain('no such table');
    expect(JSON.stringify(client.logged)).toContain('no such table');
  });

  it('logs a defect of the program, and only mentions the log level in the error', async () => {
    const client = await onFile();
    client.breakClock();
    const refusal = await refusalOf(text(client.exportSessions({})));
    expect(refusal.codes).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(refusal.message).toContain('LOG_LEVEL=error');
    expect(refusal.message).not.toContain('spring');
    expect(JSON.stringify(client.logged)).toContain('spring');
  });
});
