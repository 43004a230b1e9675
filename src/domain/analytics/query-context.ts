import type { Snapshot } from '../../db/snapshot.ts';
import type { Workflow } from '../workflow/workflow.ts';

/** The input that all analytics queries share. */
export interface QueryContext {
  /** The state of the database at the start of the query. Later changes are not visible. */
  readonly snapshot: Snapshot;
  readonly workflow: Workflow;
  /** The time at which the query was requested. */
  readonly now: Date;
}
