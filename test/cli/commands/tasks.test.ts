import { describe, expect, it } from 'vitest';
import {
  TaskHistoryDocument,
  type TaskHistoryQuery,
  TasksDocument,
  type TasksQuery,
  WorkflowDocument,
} from '../../../src/client/generated/graphql.ts';
import { answer, runCommand } from '../../support/commands.ts';

type Task = TasksQuery['tasks']['nodes'][number];

const task = (but: Partial<Task> = {}): Task => ({
  id: 'Task:1',
  key: 'T-E07-F20-001',
  title: 'Issue tokens',
  status: 'in_development',
  phase: 'development',
  priority: 3,
  assignedAgent: 'backend',
  ...but,
});
const page = (nodes: Task[], totalCount = nodes.length, endCursor: string | null = null) =>
  answer(TasksDocument, {
    tasks: { totalCount, nodes, pageInfo: { hasNextPage: endCursor !== null, endCursor } },
  });

describe('shark task list', () => {
  it.each([
    { args: [], filter: {}, first: 50 },
    { args: ['--limit=all'], filter: {}, first: 100 },
    {
      args: ['--status=blocked', '--phase=review', '--epic=E07', '--feature=E07-F20', '--agent-type=backend'],
      filter: {
        status: 'blocked',
        phase: 'review',
        epicKey: 'E07',
        featureKey: 'E07-F20',
        agentType: 'backend',
      },
      first: 50,
    },
  ])('sends the filter for $args', async ({ args, filter, first }) => {
    const run = await runCommand(['task', 'list', ...args], { answers: [page([task()])] });
    expect(run.sent).toEqual([{ operation: 'Tasks', variables: { filter, first, after: null } }]);
  });

  it('reads all pages', async () => {
    const many = (count: number) => Array.from({ length: count }, () => task());
    const run = await runCommand(['task', 'list', '--limit=all', '--json'], {
      answers: [page(many(100), 130, 'there'), page(many(30), 130)],
    });
    expect(run.sent.map(({ variables }) => variables)).toEqual([
      { filter: {}, first: 100, after: null },
      { filter: {}, first: 100, after: 'there' },
    ]);
    expect(JSON.parse(run.stdout).tasks).toHaveLength(130);
    expect(run.stderr).toBe('');
  });

  it('prints a table, including blocked tasks', async () => {
    const run = await runCommand(['task', 'list', '--limit=2'], {
      answers: [
        page(
          [
            task(),
            task({
              key: 'T-E07-F20-002',
              status: 'blocked',
              priority: 10,
              assignedAgent: null,
              title: `A title ${'that goes on '.repeat(9)}`,
            }),
          ],
          12,
          'there',
        ),
      ],
    });
    expect(run.stdout).toBe(
      `TASK           STATUS          PRIORITY  AGENT    TITLE
T-E07-F20-001  in_development         3  backend  Issue tokens
T-E07-F20-002  blocked               10  –        A title that goes on that goes on that goes on that goes on…
`,
    );
    expect(run.stderr).toBe('Showing 2 of 12 tasks. Use --limit to show more, or --limit=all to show all\n');
  });

  it('prints JSON', async () => {
    const run = await runCommand(['task', 'list', '--json'], { answers: [page([task()])] });
    expect(JSON.parse(run.stdout)).toEqual({
      task_count: 1,
      tasks: [
        {
          task_key: 'T-E07-F20-001',
          title: 'Issue tokens',
          status: 'in_development',
          phase: 'development',
          priority: 3,
          assigned_agent: 'backend',
        },
      ],
    });
  });

  it('prints a message if there are no tasks', async () => {
    expect(await runCommand(['task', 'list'], { answers: [page([])] })).toMatchObject({
      stdout: 'No tasks.\n',
      stderr: '',
      failure: undefined,
    });
    const asJson = await runCommand(['task', 'list', '--json'], { answers: [page([])] });
    expect(JSON.parse(asJson.stdout)).toEqual({ task_count: 0, tasks: [] });
  });
});

describe('shark task history', () => {
  type Found = NonNullable<TaskHistoryQuery['task']>;
  const history = (but: Partial<Found> = {}) =>
    answer(TaskHistoryDocument, {
      task: {
        key: 'T-E07-F20-001',
        title: 'Issue tokens',
        status: 'in_development',
        phase: 'development',
        history: [],
        notes: [],
        ...but,
      },
    });
  const full = history({
    history: [
      {
        fromStatus: null,
        toStatus: 'ready_for_development',
        agent: null,
        at: '2026-01-11T08:00:00.000Z',
        notes: null,
      },
      {
        fromStatus: 'ready_for_development',
        toStatus: 'in_development',
        agent: 'backend',
        at: '2026-01-11T09:00:00.000Z',
        notes: 'Claimed',
      },
    ],
    notes: [
      {
        type: 'rejection',
        content: 'Tests\nmissing',
        createdBy: 'tech-lead',
        createdAt: '2026-01-11T10:00:00.000Z',
      },
    ],
  });

  it('sends the key of the task', async () => {
    const run = await runCommand(['task', 'history', 'T-E07-F20-001'], { answers: [history()] });
    expect(run.sent).toEqual([{ operation: 'TaskHistory', variables: { key: 'T-E07-F20-001' } }]);
    expect(run.stdout).toBe('T-E07-F20-001  Issue tokens  (in_development)\n\nNo status changes yet.\n');
  });

  it('prints all changes with their notes', async () => {
    const run = await runCommand(['task', 'history', 'T-E07-F20-001'], { answers: [full] });
    expect(run.stdout).toBe(
      `T-E07-F20-001  Issue tokens  (in_development)

WHEN (UTC)           FROM                   TO                     BY       NOTES
2026-01-11 08:00:00  –                      ready_for_development  –
2026-01-11 09:00:00  ready_for_development  in_development         backend  Claimed

WHEN (UTC)           NOTE       BY         TEXT
2026-01-11 10:00:00  rejection  tech-lead  Tests missing
`,
    );
  });

  it('prints JSON with unchanged notes', async () => {
    const run = await runCommand(['task', 'history', 'T-E07-F20-001', '--json'], { answers: [full] });
    expect(JSON.parse(run.stdout)).toEqual({
      task_key: 'T-E07-F20-001',
      title: 'Issue tokens',
      status: 'in_development',
      phase: 'development',
      history: [
        {
          from_status: null,
          to_status: 'ready_for_development',
          agent: null,
          at: '2026-01-11T08:00:00.000Z',
          notes: null,
        },
        {
          from_status: 'ready_for_development',
          to_status: 'in_development',
          agent: 'backend',
          at: '2026-01-11T09:00:00.000Z',
          notes: 'Claimed',
        },
      ],
      notes: [
        {
          type: 'rejection',
          content: 'Tests\nmissing',
          created_by: 'tech-lead',
          created_at: '2026-01-11T10:00:00.000Z',
        },
      ],
    });
  });

  it('rejects an unknown task', async () => {
    const run = await runCommand(['task', 'history', 'T-E99-F01-001'], {
      answers: [answer(TaskHistoryDocument, { task: null })],
    });
    expect(run.failure).toMatchObject({
      exitCode: 1,
      code: 'TASK_NOT_FOUND',
      details: { task_key: 'T-E99-F01-001' },
    });
  });
});

describe('shark workflow list', () => {
  const workflow = answer(WorkflowDocument, {
    workflow: {
      phases: ['development', 'done'],
      statuses: [
        {
          name: 'in_development',
          phase: 'development',
          agentTypes: ['backend', 'frontend'],
          description: null,
          isStart: true,
          isTerminal: false,
          staleAfter: 'PT4H',
          transitions: ['completed', 'blocked'],
        },
        {
          name: 'completed',
          phase: 'done',
          agentTypes: [],
          description: 'Done',
          isStart: false,
          isTerminal: true,
          staleAfter: null,
          transitions: [],
        },
      ],
    },
  });

  it('prints a table of the statuses', async () => {
    const run = await runCommand(['workflow', 'list'], { answers: [workflow] });
    expect(run.sent).toEqual([{ operation: 'Workflow', variables: {} }]);
    expect(run.stdout).toBe(
      `PHASE        STATUS          AGENTS             LEADS TO
development  in_development  backend, frontend  completed, blocked
done         completed
`,
    );
  });

  it('prints JSON', async () => {
    const run = await runCommand(['workflow', 'list', '--json'], { answers: [workflow] });
    expect(JSON.parse(run.stdout)).toMatchObject({
      phases: ['development', 'done'],
      statuses: [
        { name: 'in_development', agent_types: ['backend', 'frontend'], is_start: true, stale_after: 'PT4H' },
        { name: 'completed', is_terminal: true, stale_after: null, transitions: [] },
      ],
    });
  });
});
