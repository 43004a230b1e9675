import type { WriteTransaction } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { Workflow } from './workflow/workflow.ts';
import type { Actor } from './actor.ts';

/** What every operation is handed: the transaction it happens in, the rules it follows, the time it happens at, and for whom. */
export interface Operation {
  readonly tx: WriteTransaction;
  readonly tables: Tables;
  readonly workflow: Workflow;
  readonly now: Date;
  readonly actor: Actor;
}
