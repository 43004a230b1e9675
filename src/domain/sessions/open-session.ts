import { compiledStatement, type ValueOf } from '../../db/compiled-statement.ts';
import { databaseTime } from '../../db/sqlite/database-time.ts';
import type { Operation } from '../operation.ts';
import { readSession, sessionColumns, type TaskSession } from './session.ts';

export type Opening = Pick<
  TaskSession,
  'taskId' | 'agentId' | 'agentType' | 'phase' | 'claimedFrom' | 'claimedTo'
>;

const insertSession = compiledStatement((statements, value: ValueOf<Opening & { startedAt: string }>) =>
  statements
    .insertInto('task_sessions')
    .values({
      task_id: value('taskId'),
      agent_id: value('agentId'),
      agent_type: value('agentType'),
      phase: value('phase'),
      claimed_from: value('claimedFrom'),
      claimed_to: value('claimedTo'),
      started_at: value('startedAt'),
    })
    .returning(sessionColumns),
);

/** Opens a session that starts now. */
export async function openSession({ tx, now }: Operation, opening: Opening): Promise<TaskSession> {
  const [row] = await insertSession(tx, { ...opening, startedAt: databaseTime(now) });
  if (row === undefined) throw new Error('The insertion of a session returned no row');
  return readSession(row);
}
