import type { Prisma } from '../generated/prisma/client.ts';
import { checkEpicKey, checkFeatureKey, checkText, limits } from '../operations/input.ts';
import type { Workflow } from '../workflow/workflow.ts';

/** Which tasks; what is left out (or null) does not narrow the choice. */
export interface TaskFilter {
  status?: string | null | undefined;
  phase?: string | null | undefined;
  epicKey?: string | null | undefined;
  featureKey?: string | null | undefined;
  agentType?: string | null | undefined;
}

/** Throws InvalidInputError for text that is no key, and for an agent type that cannot be. */
export function tasksWhere(workflow: Workflow, filter: TaskFilter): Prisma.TaskWhereInput {
  const { status, phase, epicKey, featureKey, agentType } = filter;
  const inPhase = [...workflow.statuses.values()].filter((known) => known.phase === phase);
  return {
    AND: [
      typeof status === 'string' ? { status } : {},
      typeof phase === 'string' ? { status: { in: inPhase.map(({ name }) => name) } } : {},
      typeof agentType === 'string' ? { agentType: checkText('agentType', agentType, limits.agent) } : {},
      typeof featureKey === 'string' ? { feature: { key: checkFeatureKey(featureKey) } } : {},
      typeof epicKey === 'string' ? { feature: { epic: { key: checkEpicKey(epicKey) } } } : {},
    ],
  };
}
