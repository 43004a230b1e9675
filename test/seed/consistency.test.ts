import type { Connection } from '../../src/db/sqlite/driver.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseTime } from '../../src/db/sqlite/database-time.ts';
import { isQueue, nextAfter } from '../../src/domain/workflow/status-names.ts';
import {
  agentTypeFits,
  blockTarget,
  claimTarget,
  finishTarget,
  rejectTarget,
} from '../../src/domain/workflow/transitions.ts';
import type { Workflow } from '../../src/domain/workflow/workflow.ts';
import { everyWorkflow } from '../domain/workflow/workflows.ts';
import { type Row, rows, seeded, until } from './seeded.ts';

const end = databaseTime(until);

interface Story {
  task: Row;
  history: Row[];
  sessions: Row[];
}

/** Every task with its rows, in order of insertion. */
function storiesOf(connection: Connection): Story[] {
  const byTask = (table: string) => {
    const groups = new Map<Row[string] | undefined, Row[]>();
    for (const row of rows(connection, `SELECT * FROM ${table} ORDER BY id`)) {
      const group = groups.get(row.task_id);
      if (group === undefined) groups.set(row.task_id, [row]);
      else group.push(row);
    }
    return groups;
  };
  const history = byTask('task_history');
  const sessions = byTask('task_sessions');
  return rows(connection, 'SELECT * FROM tasks').map((task) => ({
    task,
    history: history.get(task.id) ?? [],
    sessions: sessions.get(task.id) ?? [],
  }));
}

const text = (value: unknown) => String(value);

/** The status that closing the session leads to, by the same functions that the server uses. */
function targetOf(workflow: Workflow, { outcome, closed_from, claimed_from }: Row): string | undefined {
  if (outcome === 'completed') return finishTarget(workflow, text(closed_from));
  if (outcome === 'blocked') return blockTarget(workflow, text(closed_from));
  if (outcome === 'abandoned') return text(claimed_from);
  const target = rejectTarget(workflow, text(closed_from));
  return target.kind === 'moves' ? target.to : undefined;
}

/** The status whose agent types apply to the claim; for rework, this is the queue of the `in_*` status. */
function askedFor(workflow: Workflow, claimedFrom: string) {
  const statuses = [...workflow.statuses.values()];
  const own = workflow.statuses.get(claimedFrom);
  if (own !== undefined && own.agentTypes.length > 0) return own;
  return statuses.find(({ name }) => isQueue(name) && nextAfter(name) === claimedFrom) ?? own;
}

describe.each([...everyWorkflow])('with the workflow %s', (_name, workflow) => {
  let connection: Connection;
  let stories: Story[];

  beforeAll(async () => {
    ({ connection } = await seeded({ workflow, sessions: 3_000 }));
    stories = storiesOf(connection);
  });
  afterAll(() => connection.close());

  it('the history of a task leads from its creation to its current status without a gap', () => {
    for (const { task, history } of stories) {
      expect(history[0]).toMatchObject({ old_status: null, agent: null, timestamp: task.created_at });
      expect(workflow.startStatuses).toContain(history[0]?.new_status);
      for (const [index, row] of history.slice(1).entries())
        expect(row.old_status).toBe(history[index]?.new_status);
      expect(task.status).toBe(history.at(-1)?.new_status);
    }
  });

  it('a task moves along the transitions of the workflow, or back after an abandoned session', () => {
    for (const { history, sessions } of stories)
      for (const { old_status, new_status, timestamp } of history.slice(1)) {
        const isAbandon = sessions.some(
          ({ outcome, ended_at, closed_to }) =>
            outcome === 'abandoned' && ended_at === timestamp && closed_to === new_status,
        );
        if (!isAbandon)
          expect(workflow.statuses.get(text(old_status))?.transitions).toContain(text(new_status));
      }
  });

  it('a session starts and ends together with status changes of its task', () => {
    for (const { history, sessions } of stories)
      for (const session of sessions) {
        const { agent_id: agent, notes, claimed_from, claimed_to, closed_from, closed_to } = session;
        expect(claimed_to).toBe(claimTarget(workflow, text(claimed_from)));
        expect(session.phase).toBe(workflow.statuses.get(text(claimed_to))?.phase);
        if (claimed_from !== claimed_to)
          expect(history).toContainEqual(
            expect.objectContaining({
              old_status: claimed_from,
              new_status: claimed_to,
              agent,
              timestamp: session.started_at,
            }),
          );
        if (session.outcome === null) continue;
        expect(closed_from).toBe(claimed_to);
        expect(closed_to).toBe(targetOf(workflow, session));
        if (closed_from !== closed_to)
          expect(history).toContainEqual(
            expect.objectContaining({
              old_status: closed_from,
              new_status: closed_to,
              agent,
              notes,
              timestamp: session.ended_at,
              rejection_reason: session.outcome === 'rejected' ? notes : null,
            }),
          );
      }
  });

  it('a task has at most one active session and is assigned to its agent', () => {
    for (const { task, sessions } of stories) {
      for (const [index, session] of sessions.slice(1).entries())
        expect(text(session.started_at) > text(sessions[index]?.ended_at)).toBe(true);
      const active = sessions.find(({ outcome }) => outcome === null);
      expect(task.assigned_agent).toBe(active?.agent_id ?? null);
      if (active !== undefined) expect(task.status).toBe(active.claimed_to);
      expect(task.started_at).toBe(sessions[0]?.started_at ?? null);
    }
  });

  it('a completed task has its completion time, and a blocked task its reason', () => {
    for (const { task, history, sessions } of stories) {
      const isComplete = workflow.statuses.get(text(task.status))?.isComplete === true;
      expect(task.completed_at).toBe(isComplete ? history.at(-1)?.timestamp : null);
      const isBlocked = task.status === 'blocked';
      expect(task.blocked_at).toBe(isBlocked ? history.at(-1)?.timestamp : null);
      expect(task.blocked_reason).toBe(isBlocked ? sessions.at(-1)?.notes : null);
    }
  });

  it('each rejection adds a note with its reason', () => {
    const rejections = rows(
      connection,
      `SELECT task_id, agent_id AS created_by, ended_at AS created_at, notes AS content FROM task_sessions
       WHERE outcome = 'rejected' ORDER BY ended_at, id`,
    );
    const notes = rows(
      connection,
      `SELECT task_id, created_by, created_at, content FROM task_notes WHERE note_type = 'rejection' ORDER BY id`,
    );
    expect(notes).toEqual(rejections);
  });

  it('agents claim tasks of their type', () => {
    for (const { sessions } of stories)
      for (const { claimed_from, agent_type } of sessions)
        expect(agentTypeFits(askedFor(workflow, text(claimed_from)), text(agent_type))).toBe(true);
  });

  it('agents send heartbeats during their sessions, and nothing happens after the end of the period', () => {
    for (const { sessions, history } of stories) {
      for (const { started_at, ended_at, last_heartbeat_at } of sessions) {
        expect(text(ended_at ?? started_at) <= end).toBe(true);
        if (last_heartbeat_at === null) continue;
        expect(text(last_heartbeat_at) > text(started_at)).toBe(true);
        expect(text(last_heartbeat_at) < text(ended_at ?? end)).toBe(true);
      }
      expect(text(history.at(-1)?.timestamp) <= end).toBe(true);
    }
  });
});
