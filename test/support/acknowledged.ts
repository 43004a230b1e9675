import { type Connection, openConnection } from '../../src/db/sqlite/driver.ts';
import { expect } from 'vitest';
import { ClaimTaskDocument, FinishTaskDocument } from '../../src/client/generated/graphql.ts';
import type { Answer, TestApp } from './app.ts';

/** Work on tasks. Records what the server acknowledged, to compare it with the database after a fault. */
export interface Work {
  claim(taskKey: string): Promise<Answer>;
  finish(taskKey: string): Promise<Answer>;
  /** Checks that the database is consistent and contains everything that was acknowledged. */
  expectSound(): void;
  /** Checks that the server works again after the fault: the next request succeeds, and the database is consistent. */
  expectRecovered(taskKey: string): Promise<void>;
}

export type Post = TestApp['post'];

export function workOn(file: string, post: Post): Work {
  /** By the key of the task, whether its session was opened or closed last. */
  const acknowledged = new Map<string, 'claimed' | 'finished'>();
  const work: Work = {
    async claim(taskKey) {
      const answer = await post(ClaimTaskDocument.toString(), { input: { taskKey, agentId: 'worker' } });
      if (answer.errors === undefined) acknowledged.set(taskKey, 'claimed');
      return answer;
    },
    async finish(taskKey) {
      const answer = await post(FinishTaskDocument.toString(), { input: { taskKey } });
      if (answer.errors === undefined) acknowledged.set(taskKey, 'finished');
      return answer;
    },
    expectSound() {
      const connection = openConnection(file);
      try {
        expect(contradictions(connection, acknowledged)).toEqual([]);
      } finally {
        connection.close();
      }
    },
    async expectRecovered(taskKey) {
      expect(await work.claim(taskKey)).toMatchObject({
        data: { claimTask: { __typename: 'ClaimTaskPayload' } },
      });
      expect(await work.finish(taskKey)).toMatchObject({
        data: { finishTask: { __typename: 'FinishTaskPayload' } },
      });
      work.expectSound();
    },
  };
  return work;
}

interface TaskStory {
  key: string;
  status: string;
  /** JSON: the status before and after each change, in order. */
  history: string;
  open: number;
  ended: number;
}

/** The contradictions in the database, one sentence each. */
function contradictions(connection: Connection, acknowledged: ReadonlyMap<string, string>): string[] {
  const stories = connection
    .prepare<[], TaskStory>(`
      SELECT key, status,
        (SELECT json_group_array(json_array(old_status, new_status) ORDER BY id) FROM task_history WHERE task_id = task.id) AS history,
        (SELECT count(*) FROM task_sessions WHERE task_id = task.id AND ended_at IS NULL) AS open,
        (SELECT count(*) FROM task_sessions WHERE task_id = task.id AND ended_at IS NOT NULL) AS ended
      FROM tasks task`)
    .all();
  const check = connection.prepare<[], string>('PRAGMA integrity_check').pluck().all().join('; ');
  const known = new Set(stories.map(({ key }) => key));
  return [
    ...(check === 'ok' ? [] : [`integrity_check: ${check}`]),
    ...[...acknowledged.keys()].flatMap((key) => (known.has(key) ? [] : [`${key} is lost`])),
    ...stories.flatMap(({ key, status, history, open, ended }) => {
      const changes: [from: string | null, to: string][] = JSON.parse(history);
      const told = acknowledged.get(key);
      return [
        ...(open > 1 ? [`${key} has ${open} open sessions`] : []),
        ...(changes.at(-1)?.[1] === status ? [] : [`${key} stands in ${status}, its history says otherwise`]),
        ...changes.flatMap(([from, to], index) =>
          from === (changes[index - 1]?.[1] ?? null) ? [] : [`${key} came to ${to} from ${from}`],
        ),
        ...(told === 'claimed' && open !== 1 ? [`the claim of ${key} is lost`] : []),
        ...(told === 'finished' && (open !== 0 || ended === 0) ? [`the end of ${key} is lost`] : []),
        // Only this work opens sessions, so every other session belongs to a failed request.
        ...(told === undefined && open + ended > 0 ? [`${key} has a session that nobody was given`] : []),
      ];
    }),
  ];
}

/** Returns the message of the only error of a response, which must have this code. A failure shows the response. */
export function expectFault(answer: Answer, code: string): string {
  expect(answer.errors, `in ${JSON.stringify(answer)}`).toHaveLength(1);
  const [error] = answer.errors ?? [];
  expect(error?.extensions).toEqual({
    code,
    help: expect.stringContaining(`#${code.toLowerCase()}`),
    requestId: expect.stringMatching(/^[\w-]{36}$/),
  });
  // Clients must not see paths or SQL statements.
  expect(error?.message).not.toMatch(/\/tmp|shark-sessions-|SELECT|INSERT|prisma/i);
  return error?.message ?? '';
}
