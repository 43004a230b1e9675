import { openConnection } from '../../src/db/sqlite/driver.ts';

export interface CopiedTable {
  table: string;
  columns: string;
  csv: string;
}

type Cell = string | number | null;

/** The columns that both have. */
const shared = {
  tasks: [
    ...[
      'id',
      'feature_id',
      'key',
      'title',
      'status',
      'agent_type',
      'priority',
      'depends_on',
      'assigned_agent',
    ],
    ...['execution_order', 'created_at', 'started_at', 'completed_at', 'updated_at'],
  ].join(),
  task_sessions: [
    ...[
      'id',
      'task_id',
      'agent_id',
      'agent_type',
      'phase',
      'claimed_from',
      'claimed_to',
      'closed_from',
      'closed_to',
    ],
    ...['started_at', 'ended_at', 'outcome', 'notes'],
  ].join(),
  task_history: ['id', 'task_id', 'old_status', 'new_status', 'agent', 'notes', 'timestamp'].join(),
};

/** The time of the latest change of status, which the product reads from the history. */
const statusSince = `COALESCE(
  (SELECT timestamp FROM task_history WHERE task_id = tasks.id ORDER BY id DESC LIMIT 1), created_at)`;

/** The rows of the product's tables as CSV, in the order in which they can be inserted. */
export function* copyRows(file: string): Generator<CopiedTable> {
  const connection = openConnection(file, { readonly: true });
  const rowsOf = (selection: string) => connection.prepare<[], Cell[]>(selection).raw().all();
  yield {
    table: 'tasks',
    columns: `${shared.tasks},status_since`,
    csv: toCsv(rowsOf(`SELECT ${shared.tasks}, ${statusSince} FROM tasks`)),
  };
  for (const table of ['task_sessions', 'task_history'] as const)
    yield { table, columns: shared[table], csv: toCsv(rowsOf(`SELECT ${shared[table]} FROM ${table}`)) };
  connection.close();
}

function toCsv(rows: readonly Cell[][]): string {
  return rows.map((row) => `${row.map(toCell).join(',')}\n`).join('');
}

/** An empty cell is NULL; an empty text has quotes. */
function toCell(value: Cell): string {
  return value === null ? '' : `"${String(value).replaceAll('"', '""')}"`;
}
