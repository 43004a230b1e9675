import { describe, expect, it } from 'vitest';
import {
  type SessionPartsFragment,
  SessionsDocument,
  TaskSessionsDocument,
} from '../../../src/client/generated/graphql.ts';
import { answer, endedSession, runCommand, session } from '../../support/commands.ts';

const page = (nodes: SessionPartsFragment[], totalCount = nodes.length, endCursor: string | null = null) =>
  answer(SessionsDocument, {
    sessions: { totalCount, nodes, pageInfo: { hasNextPage: endCursor !== null, endCursor } },
  });
const none = page([]);

const many = (count: number, first = 1) =>
  Array.from({ length: count }, (_, index) => session({ id: `TaskSession:${first + index}` }));

const ofTask = (nodes: SessionPartsFragment[], totalCount = nodes.length, endCursor: string | null = null) =>
  answer(TaskSessionsDocument, {
    task: {
      key: 'T-E07-F20-001',
      title: 'Issue tokens',
      status: 'in_code_review',
      phase: 'review',
      sessionSummary: { count: totalCount, totalMinutes: 180, completionRatePct: 66.7 },
      sessions: { totalCount, nodes, pageInfo: { hasNextPage: endCursor !== null, endCursor } },
    },
  });

const latestFirst = { field: 'STARTED_AT', direction: 'DESC' };
const oldestFirst = { field: 'STARTED_AT', direction: 'ASC' };

describe('the request', () => {
  it.each([
    { args: [], filter: {}, orderBy: latestFirst, first: 50 },
    { args: ['--limit=7'], filter: {}, orderBy: latestFirst, first: 7 },
    { args: ['--limit=all'], filter: {}, orderBy: latestFirst, first: 100 },
    // A limit could hide a dead agent.
    { args: ['--active'], filter: { active: true }, orderBy: latestFirst, first: 100 },
    { args: ['--active', '--limit=50'], filter: { active: true }, orderBy: latestFirst, first: 50 },
    { args: ['--stale=4h'], filter: { staleAfter: '4h' }, orderBy: oldestFirst, first: 100 },
    { args: ['--silent-for=10m'], filter: { silentFor: '10m' }, orderBy: oldestFirst, first: 100 },
    {
      args: ['--active', '--stale', '90m', '--agent=backend', '--limit=2'],
      filter: { active: true, staleAfter: '90m', agent: 'backend' },
      orderBy: oldestFirst,
      first: 2,
    },
    {
      args: ['--epic=E07', '--feature=E07-F20', '--phase=review', '--outcome=rejected'],
      filter: { epicKey: 'E07', featureKey: 'E07-F20', phase: 'review', outcome: 'REJECTED' },
      orderBy: latestFirst,
      first: 50,
    },
    {
      args: ['--since=2026-01-01', '--until=2026-02-01T08:00:00Z'],
      filter: { since: '2026-01-01', until: '2026-02-01T08:00:00Z' },
      orderBy: latestFirst,
      first: 50,
    },
    {
      args: ['--since=7d', '--until=today'],
      filter: { since: '2026-01-04T10:30:00.000Z', until: '2026-01-11T00:00:00.000Z' },
      orderBy: latestFirst,
      first: 50,
    },
    {
      args: ['T-E07-F20-001', '--active'],
      filter: { taskKey: 'T-E07-F20-001', active: true },
      orderBy: latestFirst,
      first: 100,
    },
  ])(
    'has the filter, order and limit of shark task sessions $args',
    async ({ args, filter, orderBy, first }) => {
      const run = await runCommand(['task', 'sessions', ...args], {
        answers: [page([session()])],
        now: new Date('2026-01-11T10:30:00Z'),
      });
      expect(run.sent[0]).toEqual({
        operation: 'Sessions',
        variables: { filter, orderBy, first, after: null },
      });
    },
  );

  it('with a task key returns the sessions of the task and their summary', async () => {
    const run = await runCommand(['task', 'sessions', 'T-E07-F20-001'], { answers: [ofTask([])] });
    expect(run.sent).toEqual([
      { operation: 'TaskSessions', variables: { key: 'T-E07-F20-001', first: 50, after: null } },
    ]);
  });

  it('reads page by page, and the last page only up to the limit', async () => {
    const run = await runCommand(['task', 'sessions', '--limit=150', '--json'], {
      answers: [page(many(100), 1_000, 'there'), page(many(50, 101), 1_000, 'further')],
    });
    expect(run.sent.map(({ variables }) => variables)).toEqual([
      { filter: {}, orderBy: latestFirst, first: 100, after: null },
      { filter: {}, orderBy: latestFirst, first: 50, after: 'there' },
    ]);
    const printed = JSON.parse(run.stdout);
    expect(printed.session_count).toBe(1_000);
    expect(printed.sessions).toHaveLength(150);
    expect(printed.sessions.at(-1)).toMatchObject({ session_id: 'TaskSession:150' });
    expect(run.stderr).toBe(
      'Showing 150 of 1000 sessions. Use --limit to show more, or --limit=all to show all\n',
    );
  });

  it('reads all open sessions without a notice about a limit', async () => {
    const run = await runCommand(['task', 'sessions', '--stale=4h', '--json'], {
      answers: [page(many(100), 120, 'there'), page(many(20, 101), 120)],
    });
    expect(JSON.parse(run.stdout).sessions).toHaveLength(120);
    expect(run.stderr).toBe('');
  });

  it('reads all pages for a task, too', async () => {
    const run = await runCommand(['task', 'sessions', 'T-E07-F20-001', '--limit=all', '--json'], {
      answers: [ofTask(many(100), 101, 'there'), ofTask(many(1, 101), 101)],
    });
    expect(run.sent.map(({ variables }) => variables)).toEqual([
      { key: 'T-E07-F20-001', first: 100, after: null },
      { key: 'T-E07-F20-001', first: 100, after: 'there' },
    ]);
    expect(JSON.parse(run.stdout).sessions).toHaveLength(101);
  });

  it.each([
    { args: ['--limit=0'], said: /--limit <count>.*Write a whole number from 1, or all\./ },
    { args: ['--limit=1.5'], said: /--limit <count>/ },
    { args: ['--stale=soon'], said: /--stale <duration>' argument 'soon' is invalid/ },
    { args: ['--stale=0h'], said: /--stale <duration>/ },
    { args: ['--since=tomorrow'], said: /--since <when>' argument 'tomorrow' is invalid/ },
    { args: ['--until=2026-13-01'], said: /--until <when>/ },
    { args: ['--outcome=lost'], said: /--outcome <outcome>.*completed, rejected, blocked, abandoned/ },
    { args: ['--export=xml'], said: /--export <format>.*csv/ },
    { args: ['--stats', '--export=csv'], said: /--stats.*--export/ },
    // The statistics would be those of other sessions.
    { args: ['--stats', '--active'], said: /--stats.*--active/ },
    { args: ['--stats', '--stale=4h'], said: /--stats.*--stale/ },
    { args: ['--stats', '--outcome=rejected'], said: /--stats.*--outcome/ },
    { args: ['T-E07-F20-001', '--stats'], said: /--stats covers many tasks/ },
    { args: ['T-E07-F20-001', 'T-E07-F20-002'], said: /too many arguments/ },
  ])('is not sent for $args, and the error names the option', async ({ args, said }) => {
    const run = await runCommand(['task', 'sessions', ...args]);
    expect(run.sent).toEqual([]);
    expect(run.failure).toMatchObject({ exitCode: 2, code: 'USAGE', message: expect.stringMatching(said) });
  });
});

describe('sessions of multiple tasks', () => {
  it('are printed as a table with their outcomes', async () => {
    const run = await runCommand(['task', 'sessions'], {
      answers: [
        page([
          session({ agentId: 'an-agent-whose-name-is-longer-than-anybody-reads' }),
          endedSession('REJECTED', { id: 'TaskSession:7', durationMinutes: 61, elapsedMinutes: 61 }),
        ]),
      ],
    });
    expect(run.stdout).toBe(
      `TASK           AGENT                           PHASE        STARTED (UTC)        ENDED (UTC)          DURATION  OUTCOME   SESSION
T-E07-F20-001  an-agent-whose-name-is-longer…  development  2026-01-11 09:00:00  –                      1h 30m  active    TaskSession:42
T-E07-F20-001  backend                         development  2026-01-11 09:00:00  2026-01-11 10:30:00     1h 1m  rejected  TaskSession:7

2 sessions
`,
    );
  });

  it('show the time since their start if they are open', async () => {
    const run = await runCommand(['task', 'sessions', '--active'], { answers: [page([session()])] });
    expect(run.stdout).toBe(
      `TASK           AGENT    PHASE        SINCE START  STARTED (UTC)        SESSION
T-E07-F20-001  backend  development       1h 30m  2026-01-11 09:00:00  TaskSession:42

1 session
`,
    );
  });

  it('have a colour for each outcome', async () => {
    const run = await runCommand(['task', 'sessions'], {
      isColoured: true,
      answers: [
        page([endedSession('COMPLETED'), endedSession('REJECTED'), endedSession('BLOCKED'), session()]),
      ],
    });
    const [, completed, rejected, blocked, active] = run.stdout.split('\n');
    expect(completed).toContain('\u001B[32mcompleted\u001B[39m');
    expect(rejected).toContain('\u001B[31mrejected\u001B[39m');
    expect(blocked).toContain('\u001B[33mblocked\u001B[39m');
    expect(active).not.toContain('\u001B');
  });

  it('over the limit are counted', async () => {
    const run = await runCommand(['task', 'sessions', '--limit=1'], {
      answers: [page([session()], 3, 'there')],
    });
    expect(run.stdout).toMatch(/\n\n3 sessions\n$/);
    expect(run.stderr).toBe(
      'Showing 1 of 3 sessions. Use --limit to show more, or --limit=all to show all\n',
    );
  });

  it.each([
    { args: [], said: 'No sessions.\n' },
    { args: ['--active'], said: 'No sessions.\n' },
    { args: ['--stale=4h'], said: 'No session is stale.\n' },
    { args: ['--silent-for=10m'], said: 'No session is stale.\n' },
  ])('print a message if there are none: $args', async ({ args, said }) => {
    const run = await runCommand(['task', 'sessions', ...args], { answers: [none] });
    expect(run).toMatchObject({ stdout: said, stderr: '', failure: undefined });
  });

  it('are printed with their last heartbeat if they are silent', async () => {
    const run = await runCommand(['task', 'sessions', '--silent-for=10m'], {
      answers: [page([session({ lastHeartbeatAt: '2026-01-11T10:00:00.000Z' }), session()])],
    });
    expect(run.stdout).toBe(
      `TASK           AGENT    PHASE        SINCE START  STARTED (UTC)        LAST HEARTBEAT (UTC)  SESSION
T-E07-F20-001  backend  development       1h 30m  2026-01-11 09:00:00  2026-01-11 10:00:00   TaskSession:42
T-E07-F20-001  backend  development       1h 30m  2026-01-11 09:00:00  –                     TaskSession:42

2 sessions
`,
    );
  });

  it.each([
    { known: 0, stderr: "No session of agent 'bakend [2J' was ever recorded.\n" },
    { known: 3, stderr: '' },
  ])('explain an empty list if the agent is unknown: $known', async ({ known, stderr }) => {
    const agent = 'bakend\u001B[2J';
    for (const json of [[], ['--json']]) {
      const run = await runCommand(['task', 'sessions', '--active', `--agent=${agent}`, ...json], {
        answers: [none, page([], known)],
      });
      expect(run.sent[1]).toEqual({
        operation: 'Sessions',
        variables: { filter: { agent }, first: 0 },
      });
      expect(run).toMatchObject({ stderr, failure: undefined });
    }
  });

  it('are printed as JSON, open ones with the time since their start', async () => {
    const run = await runCommand(['task', 'sessions', '--json'], {
      answers: [
        page([
          session({ elapsedMinutes: 241.999, lastHeartbeatAt: '2026-01-11T10:00:00.000Z' }),
          endedSession('BLOCKED', { notes: 'Waits\u001B[2J' }),
        ]),
      ],
    });
    expect(JSON.parse(run.stdout)).toEqual({
      session_count: 2,
      sessions: [
        expect.objectContaining({
          last_heartbeat_at: '2026-01-11T10:00:00.000Z',
          elapsed_minutes: 241.999,
          time_since_start: 'PT4H1M59S',
          outcome: null,
        }),
        expect.objectContaining({ outcome: 'blocked', time_since_start: null, notes: 'Waits\u001B[2J' }),
      ],
    });
    // JSON contains no control characters, whatever the notes contain.
    expect(run.stdout).not.toContain('\u001B');
  });

  it('are printed as an empty JSON list if there are none', async () => {
    const run = await runCommand(['task', 'sessions', '--json'], { answers: [none] });
    expect(JSON.parse(run.stdout)).toEqual({ session_count: 0, sessions: [] });
  });
});

describe('sessions of a task', () => {
  it('are printed as a table with a summary', async () => {
    const run = await runCommand(['task', 'sessions', 'T-E07-F20-001'], {
      answers: [
        ofTask([
          endedSession('COMPLETED', {
            id: 'TaskSession:43',
            notes: `API complete, ${'and more '.repeat(9)}`,
          }),
          endedSession('ABANDONED', { agentId: 'frontend' }),
        ]),
      ],
    });
    expect(run.stdout).toBe(
      `T-E07-F20-001  Issue tokens  (in_code_review)

AGENT     PHASE        STARTED (UTC)        ENDED (UTC)          DURATION  OUTCOME    NOTES                                               SESSION
backend   development  2026-01-11 09:00:00  2026-01-11 10:30:00    1h 30m  completed  API complete, and more and more and more and more…  TaskSession:43
frontend  development  2026-01-11 09:00:00  2026-01-11 10:30:00    1h 30m  abandoned                                                      TaskSession:42

2 sessions, 3h 0m in all, 66.7% completed
`,
    );
  });

  it('print a message if there are none', async () => {
    const run = await runCommand(['task', 'sessions', 'e07-f20-001'], { answers: [ofTask([])] });
    expect(run.stdout).toBe('T-E07-F20-001  Issue tokens  (in_code_review)\n\nNo sessions yet.\n');
  });

  it('are printed as JSON with the stored task key, and the completion rate as share and percentage', async () => {
    const run = await runCommand(['task', 'sessions', 'e07-f20-001', '--json'], {
      answers: [ofTask([endedSession('COMPLETED')])],
    });
    expect(JSON.parse(run.stdout)).toEqual({
      task_key: 'T-E07-F20-001',
      title: 'Issue tokens',
      status: 'in_code_review',
      phase: 'review',
      session_count: 1,
      total_minutes: 180,
      completion_rate: 0.667,
      completion_rate_pct: 66.7,
      sessions: [expect.objectContaining({ session_id: 'TaskSession:42', outcome: 'completed' })],
    });
  });

  it('are not printed for an unknown task', async () => {
    const run = await runCommand(['task', 'sessions', 'T-E99\u001B[2J'], {
      answers: [answer(TaskSessionsDocument, { task: null })],
    });
    expect(run.stdout).toBe('');
    expect(run.failure).toEqual({
      exitCode: 1,
      code: 'TASK_NOT_FOUND',
      message: "There is no task 'T-E99 [2J'",
      suggestion: "Check the key, or list the tasks with 'shark task list'",
      details: { task_key: 'T-E99\u001B[2J' },
    });
  });
});
