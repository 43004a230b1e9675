import type { DatabaseErrorCode } from '../shared/expected-error.ts';
import type { TermName, Wording } from '../shared/wording.ts';
import type { Tables } from '../db/tables.ts';
import type { Workflow } from '../domain/workflow/workflow.ts';
import type { QueryName } from './queries.ts';

/** The data with which the thread is started. */
export interface ThreadData {
  file: string;
  tables: Tables;
  workflow: Workflow;
  /** In shared memory: the id of the last query that was aborted while it was running. */
  aborted: Int32Array;
}

/** A query for the thread. Ids count up from 1. AnalyticsWorker.run ensures that the parameters fit the name. */
export interface QueryRequest {
  id: number;
  name: QueryName;
  parameters: unknown;
  now: Date;
}

/**
 * The reply to the query with the same id. Errors are sent as plain data, because an error would lose its class on the
 * way between threads.
 */
export type QueryReply<Result = unknown> =
  | { id: number; result: Result }
  | { id: number; invalidInput: { field: TermName; message: Wording; suggestion: Wording } }
  | { id: number; databaseError: DatabaseErrorCode; cause: string }
  | { id: number; error: { message: string; stack: string } };
