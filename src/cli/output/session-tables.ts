import type { SessionOutcome, SessionPartsFragment } from '../../client/generated/graphql.ts';
import type { Palette } from './palette.ts';
import { shortened } from '../../shared/terminal-text.ts';
import { durationText, timeText } from './quantities.ts';
import { type Column, table } from './table.ts';

type SessionColumn = Column<SessionPartsFragment>;

const task: SessionColumn = { heading: 'TASK', cell: (session) => session.task.key };
const agent: SessionColumn = { heading: 'AGENT', cell: (session) => shortened(session.agentId, 30) };
const phase: SessionColumn = { heading: 'PHASE', cell: (session) => session.phase };
const started: SessionColumn = { heading: 'STARTED (UTC)', cell: ({ startedAt }) => timeText(startedAt) };
const ended: SessionColumn = { heading: 'ENDED (UTC)', cell: ({ endedAt }) => timeText(endedAt) };
const heartbeat: SessionColumn = {
  heading: 'LAST HEARTBEAT (UTC)',
  cell: ({ lastHeartbeatAt }) => timeText(lastHeartbeatAt),
};
const id: SessionColumn = { heading: 'SESSION', cell: (session) => session.id };
const notes: SessionColumn = { heading: 'NOTES', cell: (session) => shortened(session.notes ?? '', 50) };

/** Formats a table of the sessions of many tasks. */
export function sessionsTable(sessions: readonly SessionPartsFragment[], palette: Palette): string {
  return table(sessions, [task, agent, phase, started, ended, duration, outcome(palette), id], palette);
}

/** Formats a table of the sessions of one task, with their notes. */
export function sessionsOfTask(sessions: readonly SessionPartsFragment[], palette: Palette): string {
  return table(sessions, [agent, phase, started, ended, duration, outcome(palette), notes, id], palette);
}

/**
 * Formats a table of open sessions, with the time since the start of each session and, if requested, its last heartbeat.
 */
export function openSessions(
  sessions: readonly SessionPartsFragment[],
  palette: Palette,
  { withHeartbeats = false } = {},
): string {
  const since: SessionColumn = {
    heading: 'SINCE START',
    align: 'right',
    cell: ({ elapsedMinutes }) => durationText(elapsedMinutes),
    paint: palette.attention,
  };
  const heartbeats = withHeartbeats ? [heartbeat] : [];
  return table(sessions, [task, agent, phase, since, started, ...heartbeats, id], palette);
}

const duration: SessionColumn = {
  heading: 'DURATION',
  align: 'right',
  cell: ({ elapsedMinutes }) => durationText(elapsedMinutes),
};

function outcome(palette: Palette): SessionColumn {
  const paints: Record<SessionOutcome, (text: string) => string> = {
    COMPLETED: palette.good,
    REJECTED: palette.bad,
    BLOCKED: palette.attention,
    ABANDONED: palette.bad,
  };
  // A newer server can have further outcomes.
  const paintOf = new Map<string | null, (text: string) => string>(Object.entries(paints));
  return {
    heading: 'OUTCOME',
    cell: (session) => session.outcome?.toLowerCase() ?? 'active',
    paint: (text, session) => paintOf.get(session.outcome)?.(text) ?? text,
  };
}
