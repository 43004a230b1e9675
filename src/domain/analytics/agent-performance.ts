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
  /** As given at the agent's latest claim that is counted; null where none was. */
  readonly agentType: string | null;
  readonly statistics: SessionStatistics;
  /** Sessions that are open now. */
  readonly active: number;
}

/** One for each agent with a session that has ended in the window or is open now, the one with the most first. */
export function agentPerformance(
  { snapshot, now }: QueryContext,
  { filter }: { filter: AnalyticsFilter },
): AgentPerformance[] {
  // Beside a MAX() of its own, a bare column is that of the row which has it.
  const ended = snapshot.all<SessionStatisticsRow & Agent>(Prisma.sql`
    SELECT session.agent_id AS agentId, session.agent_type AS agentType, MAX(session.ended_at), ${sessionStatisticsColumns}
    FROM task_sessions session
    WHERE ${abortCheck(Prisma.sql`session.id`)} AND ${sessionsWhere(endedSessions(filter), now)}
    GROUP BY session.agent_id`);
  // The unary plus keeps SQLite from walking along all sessions to have the few open ones in the order of their agents.
  const open = snapshot.all<Agent & { active: number }>(Prisma.sql`
    SELECT session.agent_id AS agentId, session.agent_type AS agentType, MAX(session.started_at), COUNT(*) AS active
    FROM task_sessions session
    WHERE ${sessionsWhere(openSessions(filter), now)}
    GROUP BY +session.agent_id`);

  const active = new Map(open.map((row) => [row.agentId, row]));
  const statistics = new Map(ended.map((row) => [row.agentId, row]));
  return [...new Set([...statistics.keys(), ...active.keys()])]
    .map((agentId) => {
      const row = statistics.get(agentId);
      const atWork = active.get(agentId);
      return {
        agentId,
        agentType: (atWork ?? row)?.agentType ?? null,
        statistics: row === undefined ? emptySessionStatistics : readSessionStatistics(row),
        active: atWork?.active ?? 0,
      };
    })
    .toSorted(byActivity);
}

interface Agent {
  agentId: string;
  agentType: string | null;
}

function byActivity(one: AgentPerformance, other: AgentPerformance): number {
  return (
    other.statistics.sessions - one.statistics.sessions ||
    other.active - one.active ||
    (one.agentId < other.agentId ? -1 : Number(one.agentId > other.agentId))
  );
}
