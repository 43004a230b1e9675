import { getNamedType } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { testApp, type TestApp } from '../support/app.ts';
import { recordSessions } from '../support/recorded-sessions.ts';

const endedAt = '2026-01-10T12:00:00Z';

/** Four sessions match `backend`, which is an agent ID and a type, and one does not. A review rejects the last two. */
async function appWithNamesakes(): Promise<TestApp> {
  const app = await testApp();
  await recordSessions(app, [
    { task: 1, agentId: 'ada', agentType: 'backend', minutes: 5, endedAt },
    { task: 2, agentId: 'backend', agentType: 'frontend', minutes: 5, endedAt },
    { task: 3, agentId: 'backend', minutes: 5, endedAt },
    { task: 4, agentId: 'backend', agentType: 'backend', minutes: 5, endedAt },
    { task: 5, agentId: 'bob', agentType: 'frontend', minutes: 5, endedAt },
    ...[4, 5].map(
      (task) =>
        ({
          task,
          agentId: 'eve',
          phase: 'review',
          outcome: 'rejected',
          closedTo: 'in_development',
          minutes: 5,
          endedAt: '2026-01-10T13:00:00Z',
        }) as const,
    ),
  ]);
  return app;
}

/** The expected result of each query with an analytics filter, as the agents of the sessions for its numbers. */
const answers: Readonly<Record<string, readonly [query: string, answer: unknown]>> = {
  phaseDurations: [
    `phaseDurations(filter: $filter) {
      phase sessionCount sessions { nodes { agentId } } firstPass { taskCount passedCount sessions { nodes { agentId } } }
    }`,
    [
      {
        phase: 'development',
        sessionCount: 4,
        sessions: namesakes(),
        firstPass: { taskCount: 4, passedCount: 3, sessions: namesakes() },
      },
    ],
  ],
  agentPerformance: [
    `agentPerformance(filter: $filter) {
      agentId totalSessions sessions { totalCount } rework { count sessions { nodes { agentId } } }
    }`,
    [
      {
        agentId: 'backend',
        totalSessions: 3,
        sessions: { totalCount: 3 },
        rework: { count: 1, sessions: { nodes: [{ agentId: 'backend' }] } },
      },
      {
        agentId: 'ada',
        totalSessions: 1,
        sessions: { totalCount: 1 },
        rework: { count: 0, sessions: { nodes: [] } },
      },
    ],
  ],
  phaseDurationTrend: [
    'phaseDurationTrend(bucket: MONTH, filter: $filter) { phases { sessionCount sessions { nodes { agentId } } } }',
    [{ phases: [{ sessionCount: 4, sessions: namesakes() }] }],
  ],
  compare: [
    'compare(filter: $filter) { phases { current { sessionCount sessions { nodes { agentId } } } previous { sessionCount } } }',
    { phases: [{ current: { sessionCount: 4, sessions: namesakes() }, previous: { sessionCount: 0 } }] },
  ],
};

/** These fields reject an agent, because a waiting task has no agent. */
const refusing = ['bottlenecks', 'phaseFlow'];

/** In descending order of end time, and of ID for the same end time. */
function namesakes() {
  return { nodes: ['backend', 'backend', 'backend', 'ada'].map((agentId) => ({ agentId })) };
}

it('this test covers all queries with an analytics filter', () => {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  const filtered = fields.filter(({ args }) =>
    args.some(({ type }) => getNamedType(type).name === 'AnalyticsFilter'),
  );
  expect(filtered.map(({ name }) => name).toSorted()).toEqual(
    [...Object.keys(answers), ...refusing].toSorted(),
  );
});

it.each(Object.entries(answers))(
  '%s selects the agent with this ID and all agents of this type',
  async (field, [query, answer]) => {
    await using app = await appWithNamesakes();
    const { data, errors } = await app.post(`query ($filter: AnalyticsFilter!) { ${query} }`, {
      filter: {
        agent: 'backend',
        phase: 'development',
        since: '2026-01-10',
        until: '2026-01-11',
      },
    });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ [field]: answer });
  },
);

it.each(refusing)('%s rejects a filter by agent', async (field) => {
  await using app = await testApp();
  expect(await app.post(`{ ${field}(filter: { agent: "backend" }) { phase } }`)).toMatchObject({
    errors: [{ message: expect.stringContaining("agent is 'backend', but a waiting task has no agent") }],
  });
});

it.each<[filter: string, agents: string[]]>([
  ['agent: "backend"', ['backend', 'backend', 'backend', 'ada']],
  ['agent: "ada"', ['ada']],
  ['agent: "frontend"', ['bob', 'backend']],
  ['agent: "backend", agentId: "ada"', ['ada']],
  ['agent: "backend", agentType: "frontend"', ['backend']],
  ['agent: "backend", agentId: "bob"', []],
  ['agent: "Backend"', []],
  ['agent: null, agentId: "bob"', ['bob']],
])('sessions with { %s } have the agents %j', async (filter, agents) => {
  await using app = await appWithNamesakes();
  const { data } = await app.post(`{ sessions(filter: { ${filter} }) { totalCount nodes { agentId } } }`);
  expect(data).toEqual({
    sessions: { totalCount: agents.length, nodes: agents.map((agentId) => ({ agentId })) },
  });
});
