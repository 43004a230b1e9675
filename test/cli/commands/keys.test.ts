import { expect, it } from 'vitest';
import {
  FinishTaskDocument,
  NextTaskDocument,
  TaskHistoryDocument,
  TaskSessionsDocument,
} from '../../../src/client/generated/graphql.ts';
import { answer, runCommand } from '../../support/commands.ts';

/** Other programs write to the same file, and can store such keys. */
const key = 'T-1\u001B[2J';

it.each([
  {
    args: ['finish', key],
    answers: [
      answer(FinishTaskDocument, {
        finishTask: {
          __typename: 'FinishTaskPayload',
          task: { key, status: 'completed', assignedAgent: null },
          session: null,
          previousStatus: 'in_approval',
          nextPhase: null,
          repeated: false,
          warnings: [],
        },
      }),
    ],
  },
  {
    args: ['next'],
    answers: [
      answer(NextTaskDocument, {
        nextTask: { key, title: 'Work', status: 'todo', phase: null, priority: 5, dependencies: [] },
      }),
    ],
  },
  {
    args: ['history', key],
    answers: [
      answer(TaskHistoryDocument, {
        task: { key, title: 'Work', status: 'todo', phase: null, history: [], notes: [] },
      }),
    ],
  },
  {
    args: ['sessions', key],
    answers: [
      answer(TaskSessionsDocument, {
        task: {
          key,
          title: 'Work',
          status: 'todo',
          phase: null,
          sessionSummary: { count: 0, totalMinutes: 0, completionRatePct: null },
          sessions: { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false, endCursor: null } },
        },
      }),
    ],
  },
])('removes control characters from the task key in shark task $args.0', async ({ args, answers }) => {
  const run = await runCommand(['task', ...args], { answers });
  expect(run.stdout).toMatch(/^T-1 \[2J {2}/);
});
