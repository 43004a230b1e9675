import { parseDuration } from '../../shared/duration.ts';
import { flowProblems } from './flow-problems.ts';
import { orderPhases } from './phases.ts';
import { anyPhase, type Status, type Workflow } from './workflow.ts';
import { readFields, readValidParts, type WorkflowFile } from './workflow-file.ts';

/**
 * A workflow, or all problems of an invalid file. Each problem is a sentence that says what is wrong and what to do.
 */
export type ParsedWorkflow = { readonly workflow: Workflow } | { readonly problems: readonly string[] };

/** Turns the parsed JSON of a `.sharkconfig.json` into a workflow. */
export function parseWorkflow(json: unknown): ParsedWorkflow {
  const read = readFields(json);
  const problems = [...('problems' in read ? read.problems : []), ...flowProblems(readValidParts(json))];
  return 'file' in read && problems.length === 0 ? { workflow: build(read.file) } : { problems };
}

function build(file: WorkflowFile): Workflow {
  const startStatuses = file.special_statuses._start_;
  const completeStatuses = file.special_statuses._complete_;
  const statuses = new Map<string, Status>();
  for (const [name, transitions] of Object.entries(file.status_flow)) {
    const metadata = file.status_metadata?.[name];
    statuses.set(name, {
      name,
      phase: metadata?.phase ?? anyPhase,
      agentTypes: metadata?.agent_types ?? [],
      description: metadata?.description ?? null,
      color: metadata?.color ?? null,
      staleAfterMs: typeof metadata?.stale_after === 'string' ? parseDuration(metadata.stale_after) : null,
      transitions,
      isStart: startStatuses.includes(name),
      isTerminal: transitions.length === 0,
      isComplete: completeStatuses.includes(name),
    });
  }
  return { statuses, phases: orderPhases(statuses, startStatuses), startStatuses, completeStatuses };
}
