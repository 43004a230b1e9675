import { databaseTime } from '../../src/db/sqlite/database-time.ts';
import { openShell, type Settings, type Shell, type Way } from './shell.ts';

/** A shell on a database with the epic E07 and the feature E07-F20, which the requirements assume. */
export interface Board extends Shell {
  /** Creates a task without history or sessions. Replaces the task with the same key. */
  put(key: string, status?: string): void;
  /** Inserts ended or open sessions. */
  record(...sessions: readonly BoardSession[]): void;
  statusOf(key: string): unknown;
  /** The rows of a task's sessions, in order of their start. */
  sessionsOf(key: string): Record<string, unknown>[];
  /** Simulates that this many minutes pass by moving all times of sessions back. */
  pass(minutes: number): void;
  /** Moves the start of the open session of a task to this many minutes ago. */
  startedAgo(key: string, minutes: number): void;
}

export interface BoardSession {
  key: string;
  agentId: string;
  agentType?: string;
  phase?: string;
  /** `2026-01-11T10:00:00Z` */
  startedAt: string;
  /** The duration of the session. Null while it is open. */
  minutes?: number;
  outcome?: 'completed' | 'rejected' | 'blocked' | 'abandoned';
  notes?: string;
}

export async function openBoard(way: Way, settings: Settings = {}): Promise<Board> {
  return boardOn(await openShell(way, settings));
}

/** Creates the epic and the feature with `shark`. Closes the shell if that fails. */
export async function boardOn<Opened extends Shell>(shell: Opened): Promise<Board & Opened> {
  const { rows, change } = shell;
  const created = await shell.type('shark epic create "Sign-in" --key=E07');
  if (created.code !== 0) {
    await shell[Symbol.asyncDispose]();
    throw new Error(`There is no board:\n${created.stderr}`);
  }
  change(
    `INSERT INTO features (epic_id, key, title, status) SELECT id, 'E07-F20', 'Tokens', 'active' FROM epics`,
  );
  return Object.assign(shell, {
    put(key: string, status = 'ready_for_development') {
      change(`DELETE FROM tasks WHERE key = ${text(key)};
        INSERT INTO tasks (feature_id, key, title, status)
          SELECT id, ${text(key)}, 'The API', ${text(status)} FROM features WHERE key = 'E07-F20'`);
    },
    record(...sessions: readonly BoardSession[]) {
      change(sessions.map(insertion).join(';\n'));
    },
    statusOf: (key: string) => rows('SELECT status FROM tasks WHERE key = ?', key)[0]?.status,
    sessionsOf: (key: string) =>
      rows(
        `SELECT task_sessions.* FROM task_sessions JOIN tasks ON tasks.id = task_id WHERE key = ?
          ORDER BY task_sessions.started_at, task_sessions.id`,
        key,
      ),
    pass(minutes: number) {
      const ago = (column: string) =>
        `${column} = strftime('%Y-%m-%dT%H:%M:%f+00:00', ${column}, '-${minutes} minutes')`;
      const [final] = rows(`SELECT sql FROM sqlite_master WHERE name = 'task_sessions_closed_is_final'`);
      // A trigger rejects changes of ended sessions, so it is removed temporarily.
      change(`BEGIN; DROP TRIGGER task_sessions_closed_is_final;
        UPDATE task_sessions SET ${ago('started_at')}, ${ago('ended_at')};
        ${String(final?.sql)}; COMMIT`);
    },
    startedAgo(key: string, minutes: number) {
      change(`UPDATE task_sessions SET started_at = ${text(databaseTime(new Date(Date.now() - minutes * 60_000)))}
        WHERE ended_at IS NULL AND task_id = (SELECT id FROM tasks WHERE key = ${text(key)})`);
    },
  });
}

function insertion({ key, agentId, agentType, phase = 'development', ...session }: BoardSession): string {
  const { minutes, outcome = 'completed', notes } = session;
  const startedAt = new Date(session.startedAt);
  const isOpen = minutes === undefined;
  const endedAt = isOpen ? undefined : new Date(startedAt.getTime() + minutes * 60_000);
  return `INSERT INTO task_sessions
      (task_id, agent_id, agent_type, phase, claimed_from, claimed_to, started_at, ended_at, outcome, notes)
    SELECT id, ${text(agentId)}, ${text(agentType)}, ${text(phase)}, 'ready_for_development', 'in_development',
      ${text(databaseTime(startedAt))}, ${text(endedAt && databaseTime(endedAt))},
      ${text(isOpen ? undefined : outcome)}, ${text(notes)} FROM tasks WHERE key = ${text(key)}`;
}

function text(value: string | undefined): string {
  return value === undefined ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
}
