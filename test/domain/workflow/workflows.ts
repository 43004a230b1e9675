import { fileURLToPath } from 'node:url';
import { defaultWorkflowFile } from '../../../src/domain/workflow/default-workflow.ts';
import { loadWorkflow } from '../../../src/domain/workflow/load.ts';
import { parseWorkflow } from '../../../src/domain/workflow/parse-workflow.ts';
import type { Workflow } from '../../../src/domain/workflow/workflow.ts';

export type StatusInFile = { to: string[]; phase?: string; agentTypes?: string[] };

/** Builds a workflow file. By default, its first status is the start and its last one completes. */
export function workflowFile(
  statuses: Record<string, StatusInFile>,
  special: { starts?: string[]; completes?: string[] } = {},
) {
  const names = Object.keys(statuses);
  const entries = Object.entries(statuses);
  return {
    status_flow: Object.fromEntries(entries.map(([name, { to }]) => [name, to])),
    status_metadata: Object.fromEntries(
      entries.map(([name, { phase, agentTypes }]) => [name, { phase, agent_types: agentTypes }]),
    ),
    special_statuses: {
      _start_: special.starts ?? names.slice(0, 1),
      _complete_: special.completes ?? names.slice(-1),
    },
  };
}

export function workflowFrom(file: unknown): Workflow {
  const parsed = parseWorkflow(file);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.workflow;
}

/** A workflow around one status under test: the other statuses have a transition to `done`. */
export function around(
  name: string,
  status: StatusInFile,
  others: Record<string, string> = {},
  completes = ['done'],
) {
  const rest = Object.entries(others).map(([other, phase]) => [other, { to: ['done'], phase }]);
  const file = workflowFile(
    { [name]: status, ...Object.fromEntries(rest), done: { to: [], phase: 'done' } },
    { completes },
  );
  return workflowFrom(file);
}

export const defaultWorkflow = workflowFrom(defaultWorkflowFile);

async function fixture(name: string): Promise<Workflow> {
  const path = fileURLToPath(new URL(`../../fixtures/workflows/${name}.json`, import.meta.url));
  return (await loadWorkflow(path, 'fail')).workflow;
}

export const simple = await fixture('simple');
export const enterprise = await fixture('enterprise');
export const twoRefinements = await fixture('two-refinements');

export const everyWorkflow: ReadonlyMap<string, Workflow> = new Map([
  ['default', defaultWorkflow],
  ['simple', simple],
  ['enterprise', enterprise],
  ['two refinements', twoRefinements],
]);

export function workflowNamed(name: string): Workflow {
  const workflow = everyWorkflow.get(name);
  if (workflow === undefined) throw new Error(`There is no workflow ${name} among the fixtures`);
  return workflow;
}
