import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { sessionsWhere } from '../sessions/filter.ts';
import { type AnalyticsFilter, endedSessions, openSessions } from './filter.ts';
import type { QueryContext } from './query-context.ts';
import {
  emptySessionStatistics,
  readSessionStatistics,
  type SessionStatistics,
  sessionStatisticsColumns,
  type SessionStatisticsRow,
} from './session-statistics.ts';

export interface AgentPerformance {
  readonly agentId: string;
  /** From the agent's latest open session, or else its latest ended one in the window. Null if that claim gave no type. */
  readonly agentType: string | null;
  readonly statistics: SessionStatistics;
  /** The number of sessions that are open now. */
  readonly active: number;
}

/** One for each agent with a session that ended in the window or is open now, most ended sessions first. */
export function agentPerformance(
  { snapshot, now }: QueryContext,
  { filter }: { filter: AnalyticsFilter },
): AgentPerformance[] {
  // SQLite takes agent_type from the row with the MAX(): the type of the latest session.
  const endedByAgent = snapshot.all<SessionStatisticsRow & Agent>(Prisma.sql`
    SELECT session.agent_id AS agentId, session.agent_type AS agentType, MAX(session.ended_at), ${sessionStatisticsColumns}
    FROM task_sessions session
    WHERE ${abortCheck(Prisma.sql`session.id`)} AND ${sessionsWhere(endedSessions(filter), now)}
    GROUP BY session.agent_id`);
  // The unary plus keeps SQLite from scanning an index of all sessions by agent for the GROUP BY: few are open.
  const openByAgent = snapshot.all<Agent & { active: number }>(Prisma.sql`
    SELECT session.agent_id AS agentId, session.agent_type AS agentType, MAX(session.started_at), COUNT(*) AS active
    FROM task_sessions session
    WHERE ${sessionsWhere(openSessions(filter), now)}
    GROUP BY +session.agent_id`);

  const active = new Map(openByAgent.map((row) => [row.agentId, row]));
  const statistics = new Map(endedByAgent.map((row) => [row.agentId, row]));
  return [...new Set([...statistics.keys(), ...active.keys()])]
    .map((agentId) => {
      const row = statistics.get(agentId);
      const open = active.get(agentId);
      return {
        agentId,
        agentType: (open ?? row)?.agentType ?? null,
        statistics: row === undefined ? emptySessionStatistics : readSessionStatistics(row),
        active: open?.active ?? 0,
      };
    })
    .toSorted(mostSessionsFirst);
}

interface Agent {
  agentId: string;
  agentType: string | null;
}

function mostSessionsFirst(one: AgentPerformance, other: AgentPerformance): number {
  return (
    other.statistics.sessions - one.statistics.sessions ||
    other.active - one.active ||
    (one.agentId < other.agentId ? -1 : Number(one.agentId > other.agentId))
  );
}
