import type { Snapshot } from '../../db/snapshot.ts';
import type { Workflow } from '../workflow/workflow.ts';

/** What every question is handed: what is committed at one instant, the rules of the work, and the time of asking. */
export interface QueryContext {
  readonly snapshot: Snapshot;
  readonly workflow: Workflow;
  readonly now: Date;
}
