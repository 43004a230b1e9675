import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { sql } from 'kysely';
import { sessionsWhere } from '../sessions/filter.ts';
import { type AnalyticsFilter, endedSessions, openSessions } from './filter.ts';
import type { QueryContext } from './query-context.ts';
import {
  emptySessionStatistics,
  readSessionStatistics,
  type SessionStatistics,
  sessionStatisticsColumn,
  type SessionStatisticsRow,
} from './session-statistics.ts';

export interface AgentPerformance {
  readonly agentId: string;
  /**
   * The agent type in the agent's latest open session, or else in its latest ended session. Null if that session has no
   * type.
   */
  readonly agentType: string | null;
  readonly statistics: SessionStatistics;
  /** The number of the agent's sessions that are open now. */
  readonly active: number;
}

/**
 * Returns one row for each agent that has an open session or a session that ended in the time window. Rows with the
 * most ended sessions come first.
 */
export function agentPerformance(
  { snapshot, now }: QueryContext,
  { filter }: { filter: AnalyticsFilter },
): AgentPerformance[] {
  // Because of `MAX()`, SQLite takes `agent_type` from the row with the maximum, which is the latest session.
  const ended = snapshot.iterate<SessionStatisticsRow & Agent>(sql`
    SELECT session.agent_id AS agentId, session.agent_type AS agentType, MAX(session.ended_at), ${sessionStatisticsColumn}
    FROM task_sessions session
    WHERE ${abortCheck(sql`session.id`)} AND ${sessionsWhere(endedSessions(filter), now)}
    GROUP BY session.agent_id`);
  // Row by row, because the collected sessions of all agents together would take more memory.
  const endedByAgent = new Map(
    Array.from(ended, ({ agentId, agentType, ...row }) => [
      agentId,
      { agentType, statistics: readSessionStatistics(row) },
    ]),
  );
  // Without the unary plus, SQLite would scan an index of all sessions, although only a few are open.
  const openByAgent = snapshot.all<Agent & { active: number }>(sql`
    SELECT session.agent_id AS agentId, session.agent_type AS agentType, MAX(session.started_at), COUNT(*) AS active
    FROM task_sessions session
    WHERE ${sessionsWhere(openSessions(filter), now)}
    GROUP BY +session.agent_id`);

  const active = new Map(openByAgent.map((row) => [row.agentId, row]));
  return [...new Set([...endedByAgent.keys(), ...active.keys()])]
    .map((agentId) => {
      const row = endedByAgent.get(agentId);
      const open = active.get(agentId);
      return {
        agentId,
        agentType: (open ?? row)?.agentType ?? null,
        statistics: row?.statistics ?? emptySessionStatistics,
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
