import type { DatabaseErrorCode } from '../db/errors.ts';
import type { Tables } from '../db/tables.ts';
import type { Workflow } from '../domain/workflow/workflow.ts';
import type { QueryName } from './queries.ts';

/** What the thread is started with. */
export interface ThreadData {
  file: string;
  tables: Tables;
  workflow: Workflow;
  /** Shared memory: nobody waits any more for the question with this number, nor for any before it. */
  aborted: Int32Array;
}

/** Questions have numbers from 1 on, and are sent one at a time. That the parameters suit the name is up to `ask`. */
export interface QueryRequest {
  id: number;
  name: QueryName;
  parameters: unknown;
  now: Date;
}

/** What the thread replies. Only what an error says crosses over to the other side, not the error itself. */
export type QueryReply<Answer = unknown> =
  | { id: number; answer: Answer }
  | { id: number; refused: { field: string; message: string; suggestion: string } }
  | { id: number; databaseError: DatabaseErrorCode; cause: string }
  | { id: number; error: { message: string; stack: string } };
