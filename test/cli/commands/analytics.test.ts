import { describe, expect, it } from 'vitest';
import {
  AgentPerformanceDocument,
  AgingWorkDocument,
  type AgingWorkQuery,
  BottlenecksDocument,
  PhaseDurationsDocument,
  type PhaseDurationsQuery,
  type StatisticsFragment,
} from '../../../src/client/generated/graphql.ts';
import { answer, runCommand } from '../../support/commands.ts';

const statistics: StatisticsFragment = {
  avgDurationMinutes: 90,
  medianMinutes: 75,
  p50Minutes: 60,
  p85Minutes: 120,
  p90Minutes: 150,
  p95Minutes: 180,
  p99Minutes: 200,
  totalMinutes: 1_080,
  completedCount: 9,
  rejectedCount: 2,
  blockedCount: 1,
  abandonedCount: 0,
  rejectionRatePct: 16.7,
  completionRatePct: 75,
  abandonedRatePct: 0,
};
/** The values of a phase without ended sessions. */
const nothing: StatisticsFragment = {
  avgDurationMinutes: null,
  medianMinutes: null,
  p50Minutes: null,
  p85Minutes: null,
  p90Minutes: null,
  p95Minutes: null,
  p99Minutes: null,
  totalMinutes: 0,
  completedCount: 0,
  rejectedCount: 0,
  blockedCount: 0,
  abandonedCount: 0,
  rejectionRatePct: null,
  completionRatePct: null,
  abandonedRatePct: null,
};
const statisticsJson = {
  avg_duration_minutes: 90,
  median: 75,
  p50: 60,
  p85: 120,
  p90: 150,
  p95: 180,
  p99: 200,
  total_minutes: 1_080,
  completed_count: 9,
  rejected_count: 2,
  blocked_count: 1,
  abandoned_count: 0,
  rejection_rate_pct: 16.7,
  completion_rate: 0.75,
  completion_rate_pct: 75,
  abandoned_rate_pct: 0,
};

const phaseDurations = (rows: PhaseDurationsQuery['phaseDurations']) =>
  answer(PhaseDurationsDocument, { phaseDurations: rows });
const twoPhases = phaseDurations([
  {
    phase: 'development',
    sessionCount: 12,
    activeCount: 2,
    ...statistics,
    firstPass: { taskCount: 10, passedCount: 8, yieldPct: 80 },
  },
  {
    phase: 'review',
    sessionCount: 3,
    activeCount: 0,
    ...statistics,
    avgDurationMinutes: 22.5,
    firstPass: { taskCount: 0, passedCount: 0, yieldPct: null },
  },
  {
    phase: 'qa',
    sessionCount: 0,
    activeCount: 1,
    ...nothing,
    firstPass: { taskCount: 0, passedCount: 0, yieldPct: null },
  },
]);
const agents = answer(AgentPerformanceDocument, {
  agentPerformance: [
    {
      agentId: 'backend',
      agentType: 'backend',
      totalSessions: 12,
      activeSessions: 1,
      ...statistics,
      rework: { count: 3, ratePct: 33.3 },
    },
    {
      agentId: 'ada\u001B[31m',
      agentType: null,
      totalSessions: 0,
      activeSessions: 1,
      ...nothing,
      rework: { count: 0, ratePct: null },
    },
  ],
});
const bottlenecks = answer(BottlenecksDocument, {
  bottlenecks: [
    {
      rank: 1,
      phase: 'review',
      sentence: 'Tasks wait in review.',
      minutesPerTask: 1_560,
      sharePct: 61.5,
      flow: { taskCount: 4, totalMinutes: 6_240 },
    },
  ],
});
const aging = (
  nodes: AgingWorkQuery['agingWork']['nodes'],
  totalCount = nodes.length,
  endCursor: string | null = null,
) =>
  answer(AgingWorkDocument, {
    agingWork: { totalCount, nodes, pageInfo: { hasNextPage: endCursor !== null, endCursor } },
  });
const agingTask: AgingWorkQuery['agingWork']['nodes'][number] = {
  task: { key: 'T-E07-F20-001', title: 'Issue tokens', status: 'blocked' },
  ageMinutes: 4_560,
  phase: 'development',
  phaseMinutes: 240,
  percentile: 85.5,
  isPaused: true,
  activeSession: null,
};

const narrowed = [
  ...['--since=2026-01-01', '--until=2026-02-01', '--epic=E07', '--feature=E07-F20'],
  ...['--agent=backend', '--phase=review'],
];
const narrowedFilter = {
  since: '2026-01-01',
  until: '2026-02-01',
  epicKey: 'E07',
  featureKey: 'E07-F20',
  agent: 'backend',
  phase: 'review',
};

describe('the request', () => {
  it.each([
    { command: ['analytics', 'phase-duration'], operation: 'PhaseDurations', answers: [twoPhases] },
    { command: ['task', 'sessions', '--stats'], operation: 'PhaseDurations', answers: [twoPhases] },
    { command: ['analytics', 'agent-performance'], operation: 'AgentPerformance', answers: [agents] },
    { command: ['analytics', 'bottlenecks'], operation: 'Bottlenecks', answers: [bottlenecks] },
  ])('for shark $command is $operation with the filter', async ({ command, operation, answers }) => {
    const wide = await runCommand(command, { answers });
    expect(wide.sent).toEqual([{ operation, variables: { filter: {} } }]);
    const narrow = await runCommand([...command, ...narrowed], { answers });
    expect(narrow.sent).toEqual([{ operation, variables: { filter: narrowedFilter } }]);
  });

  it('for shark analytics aging includes tasks that are not started', async () => {
    const run = await runCommand(
      [
        'analytics',
        'aging',
        '--epic=E07',
        '--feature=E07-F20',
        '--agent=backend',
        '--phase=review',
        '--limit=1',
      ],
      { answers: [aging([agingTask], 3, 'there')] },
    );
    expect(run.sent).toEqual([
      {
        operation: 'AgingWork',
        variables: {
          filter: { epicKey: 'E07', featureKey: 'E07-F20', agentType: 'backend', phase: 'review' },
          startedOnly: false,
          first: 1,
          after: null,
        },
      },
    ]);
    expect(run.stderr).toBe('Showing 1 of 3 tasks. Use --limit to show more, or --limit=all to show all\n');
  });

  it.each(['--since=2026-01-01', '--until=2026-01-01'])(
    'is not sent for shark analytics aging %s',
    async (flag) => {
      const run = await runCommand(['analytics', 'aging', flag]);
      expect(run.sent).toEqual([]);
      expect(run.failure).toMatchObject({
        exitCode: 2,
        code: 'USAGE',
        message: `'shark analytics aging' always shows the current state. Leave out ${flag.split('=')[0]}`,
      });
    },
  );
});

describe('phase durations', () => {
  it('are printed as a table with bars, and dashes if nothing has ended', async () => {
    const run = await runCommand(['analytics', 'phase-duration'], { answers: [twoPhases] });
    expect(run.stdout).toBe(
      `PHASE        SESSIONS  AVERAGE                        MEDIAN     P90  REJECTED  ACTIVE
development        12   1h 30m  ████████████████████  1h 15m  2h 30m     16.7%       2
review              3      23m  █████···············  1h 15m  2h 30m     16.7%       0
qa                  0        –  ····················       –       –         –       1
`,
    );
  });

  it('are printed as JSON with the window', async () => {
    const relative = await runCommand(
      ['analytics', 'phase-duration', '--since=7d', '--until=today', '--json'],
      {
        answers: [twoPhases],
        now: new Date('2026-01-11T10:30:00Z'),
      },
    );
    const window = { since: '2026-01-04T10:30:00.000Z', until: '2026-01-11T00:00:00.000Z' };
    expect(relative.sent).toMatchObject([{ variables: { filter: window } }]);
    expect(JSON.parse(relative.stdout)).toMatchObject(window);

    const run = await runCommand(['analytics', 'phase-duration', '--since=2026-01-01', '--json'], {
      answers: [twoPhases],
    });
    const printed = JSON.parse(run.stdout);
    expect(printed).toMatchObject({ since: '2026-01-01', until: null });
    expect(printed.phases[0]).toEqual({
      phase: 'development',
      session_count: 12,
      active_count: 2,
      ...statisticsJson,
      first_pass_yield_pct: 80,
    });
    expect(printed.phases[2]).toMatchObject({
      avg_duration_minutes: null,
      median: null,
      completion_rate: null,
      completion_rate_pct: null,
      first_pass_yield_pct: null,
    });
  });

  it('print a message if there are no sessions', async () => {
    const run = await runCommand(['task', 'sessions', '--stats'], { answers: [phaseDurations([])] });
    expect(run.stdout).toBe('No sessions.\n');
  });

  it('have empty bars if nothing has ended', async () => {
    const run = await runCommand(['analytics', 'phase-duration'], {
      answers: [
        phaseDurations([
          {
            phase: 'qa',
            sessionCount: 0,
            activeCount: 1,
            ...nothing,
            firstPass: { taskCount: 0, passedCount: 0, yieldPct: null },
          },
        ]),
      ],
    });
    expect(run.stdout).toContain('····················');
    expect(run.stdout).not.toContain('NaN');
  });
});

describe('agent performance', () => {
  it('is printed as a table', async () => {
    const run = await runCommand(['analytics', 'agent-performance'], { answers: [agents] });
    expect(run.stdout).toBe(
      `AGENT     TYPE     SESSIONS  AVERAGE  COMPLETED  REWORK  ABANDONED  ACTIVE
backend   backend        12   1h 30m        75%   33.3%         0%       1
ada [31m  –               0        –          –       –          –       1
`,
    );
  });

  it('is printed as JSON', async () => {
    const run = await runCommand(['analytics', 'agent-performance', '--until=2026-02-01', '--json'], {
      answers: [agents],
    });
    const printed = JSON.parse(run.stdout);
    expect(printed).toMatchObject({ since: null, until: '2026-02-01' });
    expect(printed.agents[0]).toEqual({
      agent_id: 'backend',
      agent_type: 'backend',
      total_sessions: 12,
      active_sessions: 1,
      ...statisticsJson,
      rework_count: 3,
      rework_rate_pct: 33.3,
    });
  });

  it('prints a message if there are no sessions', async () => {
    const run = await runCommand(['analytics', 'agent-performance'], {
      answers: [answer(AgentPerformanceDocument, { agentPerformance: [] })],
    });
    expect(run.stdout).toBe('No sessions.\n');
  });
});

describe('bottlenecks', () => {
  it('are printed as a table with a sentence for each', async () => {
    const run = await runCommand(['analytics', 'bottlenecks'], { answers: [bottlenecks] });
    expect(run.stdout).toBe(
      `    PHASE   PER TASK                        SHARE
1.  review     1d 2h  ████████████········  61.5%  Tasks wait in review.
`,
    );
  });

  it('are printed as JSON', async () => {
    const run = await runCommand(['analytics', 'bottlenecks', '--json'], { answers: [bottlenecks] });
    expect(JSON.parse(run.stdout)).toEqual({
      since: null,
      until: null,
      bottlenecks: [
        {
          rank: 1,
          phase: 'review',
          minutes_per_task: 1_560,
          share_pct: 61.5,
          task_count: 4,
          total_minutes: 6_240,
          sentence: 'Tasks wait in review.',
        },
      ],
    });
  });

  it('print a message if there are none', async () => {
    const run = await runCommand(['analytics', 'bottlenecks'], {
      answers: [answer(BottlenecksDocument, { bottlenecks: [] })],
    });
    expect(run.stdout).toBe('No durations.\n');
  });
});

describe('aging work', () => {
  it('is printed as a table, including blocked tasks without an agent', async () => {
    const run = await runCommand(['analytics', 'aging'], {
      answers: [
        aging([
          agingTask,
          {
            ...agingTask,
            task: { key: 'T-E07-F20-002', title: 'Check tokens', status: 'in_development' },
            percentile: null,
            isPaused: false,
            activeSession: {
              id: 'TaskSession:42',
              agentId: 'backend',
              startedAt: '2026-01-11T09:00:00.000Z',
            },
          },
        ]),
      ],
    });
    expect(run.stdout).toBe(
      `TASK           STATUS          IN PHASE    AGE  LONGER THAN  AGENT    TITLE
T-E07-F20-001  blocked            4h 0m  3d 4h        85.5%  –        Issue tokens
T-E07-F20-002  in_development     4h 0m  3d 4h            –  backend  Check tokens
`,
    );
    expect(run.stderr).toBe('');
  });

  it('is printed as JSON', async () => {
    const run = await runCommand(['analytics', 'aging', '--json'], { answers: [aging([agingTask])] });
    expect(JSON.parse(run.stdout)).toEqual({
      task_count: 1,
      tasks: [
        {
          task_key: 'T-E07-F20-001',
          title: 'Issue tokens',
          status: 'blocked',
          phase: 'development',
          age_minutes: 4_560,
          phase_minutes: 240,
          percentile: 85.5,
          is_paused: true,
          session: null,
        },
      ],
    });
  });

  it('prints a message if there is none', async () => {
    const run = await runCommand(['analytics', 'aging'], { answers: [aging([])] });
    expect(run.stdout).toBe('No unfinished tasks.\n');
  });
});
