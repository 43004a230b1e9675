import type { Workflow } from '../workflow/workflow.ts';
import { phaseRank } from '../workflow/workflow.ts';

/** Returns SQL that creates temporary tables. They contain the statuses and phases of the workflow. */
export function workflowTables(workflow: Workflow): string {
  const statuses = [...workflow.statuses.values()].map(
    ({ name, phase }) => `(${text(name)}, ${text(phase)}, ${phaseRank(workflow, phase) ?? 'NULL'})`,
  );
  const phases = workflow.phases.map((phase, rank) => `(${text(phase)}, ${rank})`);
  return `
    CREATE TEMP TABLE workflow_statuses (name TEXT PRIMARY KEY, phase TEXT NOT NULL, rank INTEGER) WITHOUT ROWID;
    INSERT INTO workflow_statuses VALUES ${statuses.join(', ')};
    CREATE TEMP TABLE workflow_phases (name TEXT PRIMARY KEY, rank INTEGER NOT NULL) WITHOUT ROWID;
    ${phases.length === 0 ? '' : `INSERT INTO workflow_phases VALUES ${phases.join(', ')};`}`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
