import type { Connection } from '../src/db/sqlite/driver.ts';
import type { MoveEvent, NoteEvent, SessionEvent } from './task-events.ts';
import type { SimulatedTask } from './task-simulation.ts';
import { databaseTime } from '../src/db/sqlite/database-time.ts';
import { sqliteTime } from './time.ts';

export interface NewEpic {
  id: number;
  key: string;
  title: string;
  priority: string;
  createdMs: number;
}

export interface NewFeature {
  id: number;
  epicId: number;
  key: string;
  title: string;
  executionOrder: number;
  createdMs: number;
}

export interface NewTask {
  id: number;
  featureId: number;
  key: string;
  title: string;
  description: string | null;
  priority: number;
  executionOrder: number | null;
  dependsOn: readonly string[];
}

/** Writes rows that look as if the server had written them. */
export interface Rows {
  epic(epic: NewEpic): void;
  feature(feature: NewFeature): void;
  task(task: NewTask, simulated: SimulatedTask): void;
  move(taskId: number, move: MoveEvent): void;
  note(taskId: number, note: NoteEvent): void;
  /** `openedRevision` must be null for a session that has ended: subscribers receive no events for old sessions. */
  session(taskId: number, session: SessionEvent, openedRevision: number | null): void;
}

export function prepareRows(connection: Connection): Rows {
  const epic = connection.prepare(
    `INSERT INTO epics (id, key, title, status, priority, created_at, updated_at) VALUES (?, ?, ?, 'active', ?, ?, ?)`,
  );
  const feature = connection.prepare(
    `INSERT INTO features (id, epic_id, key, title, status, execution_order, created_at, updated_at)
     VALUES (?, ?, ?, ?, 'active', ?, ?, ?)`,
  );
  const task = connection.prepare(
    `INSERT INTO tasks (id, feature_id, key, title, description, status, priority, depends_on, assigned_agent,
       blocked_reason, execution_order, created_at, started_at, completed_at, blocked_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const move = connection.prepare(
    `INSERT INTO task_history (task_id, old_status, new_status, agent, notes, timestamp, rejection_reason)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const note = connection.prepare(
    'INSERT INTO task_notes (task_id, note_type, content, created_by, created_at) VALUES (?, ?, ?, ?, ?)',
  );
  const session = connection.prepare(
    `INSERT INTO task_sessions (task_id, agent_id, agent_type, phase, claimed_from, claimed_to, closed_from, closed_to,
       started_at, ended_at, outcome, notes, opened_revision, last_heartbeat_at, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    epic({ id, key, title, priority, createdMs }) {
      const created = sqliteTime(createdMs);
      epic.run(id, key, title, priority, created, created);
    },
    feature({ id, epicId, key, title, executionOrder, createdMs }) {
      const created = sqliteTime(createdMs);
      feature.run(id, epicId, key, title, executionOrder, created, created);
    },
    task({ id, featureId, key, title, description, priority, executionOrder, dependsOn }, simulated) {
      task.run(
        id,
        featureId,
        key,
        title,
        description,
        simulated.status,
        priority,
        dependsOn.length > 0 ? JSON.stringify(dependsOn) : null,
        simulated.assignedAgent,
        simulated.blockedReason,
        executionOrder,
        databaseTime(simulated.createdMs),
        optionalTime(simulated.startedMs),
        optionalTime(simulated.completedMs),
        optionalTime(simulated.blockedMs),
        sqliteTime(simulated.updatedMs),
      );
    },
    move(taskId, { atMs, from, to, agent, notes, rejectionReason }) {
      move.run(taskId, from, to, agent, notes, databaseTime(atMs), rejectionReason);
    },
    note(taskId, { atMs, type, content, createdBy }) {
      note.run(taskId, type, content, createdBy, databaseTime(atMs));
    },
    session(taskId, { atMs, agent, phase, claimedFrom, claimedTo, close, lastHeartbeatMs }, openedRevision) {
      const start = databaseTime(atMs);
      const end = optionalTime(close?.atMs ?? null);
      const heartbeat = optionalTime(lastHeartbeatMs);
      session.run(
        taskId,
        agent.id,
        agent.type,
        phase,
        claimedFrom,
        claimedTo,
        close?.from,
        close?.to,
        start,
        end,
        close?.outcome,
        close?.notes,
        openedRevision,
        heartbeat,
        start,
        end ?? heartbeat ?? start,
      );
    },
  };
}

function optionalTime(instantMs: number | null): string | null {
  return instantMs === null ? null : databaseTime(instantMs);
}
