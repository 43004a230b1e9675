import BetterSqlite3 from 'better-sqlite3';
import { expect } from 'vitest';
import { ClaimTaskDocument, FinishTaskDocument } from '../../src/client/generated/graphql.ts';
import type { Answer, TestApp } from './app.ts';

/** Work on tasks, and all of it that a server acknowledged, to be held against the database after a fault. */
export interface Work {
  claim(taskKey: string): Promise<Answer>;
  finish(taskKey: string): Promise<Answer>;
  /** Holds the database against what must be true of it whatever befell it, and against what was acknowledged. */
  expectSound(): void;
  /** Does all that the fault may have kept from being done: the next request succeeds, and the database is sound. */
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
      const connection = new BetterSqlite3(file);
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

/** What must not be true, one sentence for each finding. */
function contradictions(
  connection: BetterSqlite3.Database,
  acknowledged: ReadonlyMap<string, string>,
): string[] {
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
        // Nobody but this work opens sessions: what was refused has left none.
        ...(told === undefined && open + ended > 0 ? [`${key} has a session that nobody was given`] : []),
      ];
    }),
  ];
}

/** The one error of an answer, told with the code of a fault; fails, showing the answer, if it is another. */
export function expectFault(answer: Answer, code: string): string {
  expect(answer.errors, `in ${JSON.stringify(answer)}`).toHaveLength(1);
  const [error] = answer.errors ?? [];
  expect(error?.extensions).toEqual({ code, requestId: expect.stringMatching(/^[\w-]{36}$/) });
  // Neither a path nor a statement is for clients to see.
  expect(error?.message).not.toMatch(/\/tmp|shark-sessions-|SELECT|INSERT|prisma/i);
  return error?.message ?? '';
}
