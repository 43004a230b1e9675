/** *Plain*: Mercurius with compiled queries on hand-written SQL. `plain.js <database file>`. */
import fastify from 'fastify';
import mercurius from 'mercurius';
import { openPlainDatabase, type SessionRow, type TaskRow } from './plain-database.ts';

const schema = `
  type Task {
    id: ID!
    key: String!
    title: String!
    status: String!
    sessions(first: Int = 20): [TaskSession!]!
    activeSession: TaskSession
  }
  type TaskSession {
    id: ID!
    task: Task!
    agentId: String!
    phase: String!
    startedAt: String!
    endedAt: String
    outcome: String
    durationMinutes: Float
    previousStatus: String!
  }
  type PhaseDuration {
    phase: String!
    sessionCount: Int!
    avgMinutes: Float
    medianMinutes: Float
    p90Minutes: Float
    p99Minutes: Float
    rejectionRatePct: Float
  }
  type Query {
    tasks(first: Int = 20, after: String): [Task!]!
    phaseDurations: [PhaseDuration!]!
  }
  type Mutation {
    claimTask(taskKey: String!, agentId: String!): TaskSession!
    claimNextTask(agentId: String!): TaskSession
    finishTask(taskKey: String!, notes: String): TaskSession!
  }`;

const database = openPlainDatabase(process.argv[2] ?? '');

const resolvers = {
  Task: {
    sessions: (task: TaskRow, { first }: { first: number }) => database.sessionsOf(task.id, first),
    activeSession: (task: TaskRow) => database.activeSessionOf(task.id),
  },
  TaskSession: {
    task: (session: SessionRow) => database.task(session.task_id),
    agentId: (session: SessionRow) => session.agent_id,
    startedAt: (session: SessionRow) => session.started_at,
    endedAt: (session: SessionRow) => session.ended_at,
    durationMinutes: (session: SessionRow) => session.duration_minutes,
    previousStatus: (session: SessionRow) => session.closed_from ?? session.claimed_from,
  },
  Query: {
    tasks: (_: unknown, { first, after }: { first: number; after?: string | null }) =>
      database.tasks(first, after ?? null),
    phaseDurations: () => database.phaseDurations(),
  },
  Mutation: {
    claimTask: (_: unknown, { taskKey, agentId }: { taskKey: string; agentId: string }) =>
      database.claim(taskKey, agentId),
    claimNextTask: (_: unknown, { agentId }: { agentId: string }) => database.claimNext(agentId),
    finishTask: (_: unknown, { taskKey, notes }: { taskKey: string; notes?: string | null }) =>
      database.finish(taskKey, notes ?? null),
  },
};

const server = fastify({ logger: false });
// jit: a query is compiled when it is executed a second time.
server.register(mercurius, { schema, resolvers, jit: 1 });
const address = await server.listen({ port: 0, host: '127.0.0.1' });
console.log(`ready at ${address}/graphql`);
process.once('SIGTERM', () => {
  database.close();
  process.exit(0);
});
