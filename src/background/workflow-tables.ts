import type { Workflow } from '../workflow/workflow.ts';
import { phaseRank } from '../workflow/workflow.ts';

/**
 * SQL that makes the workflow a temporary table of the connection, so that statements can join it:
 * `workflow_statuses (name, phase, rank)`, where the rank is the place of the phase in the order of the workflow, or
 * null where it has none.
 */
export function workflowTables(workflow: Workflow): string {
  const rows = [...workflow.statuses.values()].map(({ name, phase }) => {
    const rank = phaseRank(workflow, phase);
    return `(${text(name)}, ${text(phase)}, ${rank ?? 'NULL'})`;
  });
  return `
    CREATE TEMP TABLE workflow_statuses (name TEXT PRIMARY KEY, phase TEXT NOT NULL, rank INTEGER) WITHOUT ROWID;
    INSERT INTO workflow_statuses VALUES ${rows.join(', ')};`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
