import type { Tables } from '../tables.ts';

/** Queries use these indexes by name (INDEXED BY), so the temporary tables need them. */
const indexes = {
  task_notes: [],
  task_sessions: [
    ['idx_task_sessions_started_at', 'started_at'],
    ['idx_task_sessions_agent_id', 'agent_id, started_at'],
  ],
  task_session_revisions: [],
} satisfies Record<string, readonly (readonly [name: string, columns: string])[]>;

const columns = {
  task_notes: 'id INTEGER PRIMARY KEY, task_id INTEGER, note_type, content, created_by, created_at, metadata',
  task_sessions: `id INTEGER PRIMARY KEY, task_id INTEGER, agent_id, agent_type, phase, claimed_from, claimed_to,
    closed_from, closed_to, started_at, ended_at, outcome, notes, duration_minutes, opened_revision,
    closed_revision, created_at, updated_at, last_heartbeat_at, last_sign_of_life_at`,
  task_session_revisions: 'id INTEGER PRIMARY KEY, latest',
};

/**
 * Returns SQL that creates an empty temporary table for each missing table, so that queries treat missing tables as
 * empty tables.
 */
export function missingTableShims(tables: Tables): string {
  const missing = [
    ...(tables.hasTaskNotes ? [] : (['task_notes'] as const)),
    ...(tables.hasTaskSessions ? [] : (['task_sessions', 'task_session_revisions'] as const)),
  ];
  return missing.map(shim).join('\n');
}

function shim(table: keyof typeof columns): string {
  return [
    `CREATE TEMP TABLE ${table} (${columns[table]});`,
    ...indexes[table].map(([name, on]) => `CREATE INDEX temp.${name} ON ${table} (${on});`),
  ].join('\n');
}
