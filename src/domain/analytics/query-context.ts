import type { Snapshot } from '../../db/snapshot.ts';
import type { Workflow } from '../workflow/workflow.ts';

/** What every analytics query gets. */
export interface QueryContext {
  /** Everything that is committed when the query starts. */
  readonly snapshot: Snapshot;
  readonly workflow: Workflow;
  /** When the query was made. */
  readonly now: Date;
}
