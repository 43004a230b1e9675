import type { WriteTransaction } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { Workflow } from './workflow/workflow.ts';
import type { Actor } from './actor.ts';

/** The context of an operation: the transaction, the workflow, the current time and the client. */
export interface Operation {
  readonly tx: WriteTransaction;
  readonly tables: Tables;
  readonly workflow: Workflow;
  readonly now: Date;
  readonly actor: Actor;
}
