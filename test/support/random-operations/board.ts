import { type Connection, openConnection } from '../../../src/db/sqlite/driver.ts';
import { cursorOf } from '../../../src/graphql/pagination/page.ts';
import { dropIndexesAndTriggers } from '../../../seed/indexes-and-triggers.ts';
import { seedDatabase } from '../../../seed/seed-database.ts';
import { defaultWorkflow } from '../../domain/workflow/workflows.ts';
import type { Chance } from '../chance.ts';
import { createMigratedDatabase } from '../migrated-database.ts';
import type { Values } from './random-queries.ts';

/** The end of the simulated work: a Wednesday, in the middle of the working day. */
export const boardNow = new Date('2026-01-14T15:00:00.000Z');

/** Creates a database with the work of half a year, and some texts of maximum length. */
export async function createBoard(file: string, sessions: number): Promise<void> {
  await createMigratedDatabase(file);
  const connection = openConnection(file);
  await seedDatabase(connection, { sessions, seed: 1, until: boardNow, workflow: defaultWorkflow });
  const long = (character: string) => `replace(hex(zeroblob(5000)), '00', '${character}${character}')`;
  // Each control character takes six bytes of JSON.
  // A trigger forbids changes of closed sessions.
  const dropped = dropIndexesAndTriggers(connection, ['tasks', 'task_notes', 'task_sessions']);
  connection.exec(`
    UPDATE task_sessions SET notes = ${long('x')} WHERE ended_at IS NOT NULL AND id % 50 = 0;
    UPDATE task_sessions SET notes = replace(${long('x')}, 'x', char(1)) WHERE ended_at IS NOT NULL AND id % 500 = 1;
    UPDATE tasks SET description = ${long('x')} WHERE id % 20 = 0;
    UPDATE task_notes SET content = ${long('x')} WHERE id % 50 = 0;
  `);
  for (const statement of dropped) connection.exec(statement);
  connection.exec('ANALYZE');
  connection.close();
}

/** Values for the arguments of queries on this board. */
export function valuesOn(file: string): Values {
  const connection = openConnection(file);
  const texts = (sql: string) => column(connection, sql);
  const oneOf = (list: readonly string[]) => (chance: Chance) => JSON.stringify(chance.pick(list));
  const most = Number(texts('SELECT max(id) FROM task_sessions')[0]);
  const mostTasks = Number(texts('SELECT max(id) FROM tasks')[0]);
  const taskKeys = oneOf(texts('SELECT key FROM tasks'));
  const featureKeys = oneOf(texts('SELECT key FROM features'));
  const epicKeys = oneOf(texts('SELECT key FROM epics'));
  const agents = oneOf(texts('SELECT DISTINCT agent_id FROM task_sessions'));
  const agentTypes = oneOf(
    texts('SELECT DISTINCT agent_type FROM task_sessions WHERE agent_type IS NOT NULL'),
  );
  const statuses = oneOf([...defaultWorkflow.statuses.keys()]);
  const phases = oneOf([...defaultWorkflow.phases]);
  connection.close();

  const dayMs = 86_400_000;
  const time = (chance: Chance, fromDays: number, toDays: number) =>
    JSON.stringify(
      new Date(boardNow.getTime() - (toDays + chance.below(fromDays - toDays)) * dayMs).toISOString(),
    );
  const since = (chance: Chance) => time(chance, 180, 60);
  const until = (chance: Chance) => time(chance, 50, 1);
  const nothing = () => '';
  const withoutAgent = (root: string): Values => ({
    [`${root}.filter.agent`]: nothing,
    [`${root}.filter.agentId`]: nothing,
    [`${root}.filter.agentType`]: nothing,
  });
  return {
    'Query.task.key': taskKeys,
    'Query.epic.key': epicKeys,
    'Query.feature.key': featureKeys,
    'Query.session.id': (chance) => `"TaskSession:${1 + chance.below(most)}"`,
    'Query.node.id': (chance) =>
      `"${chance.pick(['Task', 'TaskSession', 'Epic', 'Feature', 'AgingTask'])}:${1 + chance.below(20)}"`,
    'Query.__type.name': (chance) =>
      `"${chance.pick(['Query', 'Mutation', 'Task', 'TaskSession', 'SessionFilter', 'Node', 'Bucket', 'ID'])}"`,
    'Query.compare.filter.since': since,
    'Query.compare.filter.until': until,
    'Query.phaseDurationTrend.bucket': (chance) => chance.pick(['DAY', 'WEEK', 'MONTH']),
    'Query.cumulativeFlow.bucket': (chance) => chance.pick(['DAY', 'WEEK', 'MONTH']),
    'Query.throughput.bucket': (chance) => chance.pick(['DAY', 'WEEK', 'MONTH']),
    ...withoutAgent('Query.phaseFlow'),
    ...withoutAgent('Query.bottlenecks'),
    taskKey: taskKeys,
    epicKey: epicKeys,
    featureKey: featureKeys,
    agent: agents,
    agentId: agents,
    agentType: agentTypes,
    status: statuses,
    phase: phases,
    since,
    endedSince: since,
    until,
    endedUntil: until,
    cursor: (chance, field) =>
      JSON.stringify(
        cursorOf(1 + chance.below(field === 'tasks' || field === 'agingWork' ? mostTasks : most)),
      ),
    Boolean: (chance) => chance.pick(['true', 'false']),
    Duration: (chance) => chance.pick(['"1h"', '"4h"', '"2d"']),
  };
}

function column(connection: Connection, sql: string): string[] {
  return connection
    .prepare<[], Record<string, string | number>>(sql)
    .all()
    .flatMap((row) => Object.values(row).map(String));
}
