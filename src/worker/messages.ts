import type { DatabaseErrorCode } from '../shared/expected-error.ts';
import type { TermName, Wording } from '../shared/wording.ts';
import type { Tables } from '../db/tables.ts';
import type { Workflow } from '../domain/workflow/workflow.ts';
import type { QueryName } from './queries.ts';

/** The data that the analytics thread gets at its start. */
export interface ThreadData {
  file: string;
  tables: Tables;
  workflow: Workflow;
  /** Shared memory with the id of the last aborted query. */
  aborted: Int32Array;
}

/** A query for the thread. The ids are 1, 2, 3 and so on. `name` determines the type of `parameters`. */
export interface QueryRequest {
  id: number;
  name: QueryName;
  parameters: unknown;
  now: Date;
}

/**
 * The reply to the query with the same id. Errors are plain objects, because messages between threads do not keep the
 * class of an error.
 */
export type QueryReply<Result = unknown> =
  | { id: number; result: Result }
  | { id: number; invalidInput: { field: TermName; message: Wording; suggestion: Wording } }
  | { id: number; databaseError: DatabaseErrorCode; cause: string }
  | { id: number; error: { message: string; stack: string } };
