import { parseDuration } from '../../shared/duration.ts';
import { orderPhases } from './phases.ts';
import { anyPhase, type Status, type Workflow } from './workflow.ts';
import type { WorkflowFile } from './workflow-file.ts';

/** Turns the fields of a valid workflow file into a workflow. */
export function buildWorkflow(file: WorkflowFile): Workflow {
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
  return {
    statuses,
    phases: orderPhases(statuses, startStatuses),
    startStatuses,
    completeStatuses,
    formerNames: new Map(Object.entries(file.status_aliases ?? {})),
  };
}
