import type { Snapshot } from '../../db/snapshot.ts';
import type { Workflow } from '../workflow/workflow.ts';

/** The context in which every analytics query runs. */
export interface QueryContext {
  /** The database as it is when the query starts. */
  readonly snapshot: Snapshot;
  readonly workflow: Workflow;
  /** The time at which the query was sent. */
  readonly now: Date;
}
