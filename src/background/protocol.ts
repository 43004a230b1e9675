import type { Tables } from '../db/tables.ts';
import type { Workflow } from '../workflow/workflow.ts';
import type { QuestionName } from './questions.ts';

/** What the thread is started with. */
export interface ThreadData {
  file: string;
  tables: Tables;
  workflow: Workflow;
  /** Shared memory: nobody waits any more for the question with this number, nor for any before it. */
  givenUp: Int32Array;
}

/** Questions have numbers from 1 on, and are sent one at a time. That the parameters suit the name is up to `ask`. */
export interface Asked {
  id: number;
  name: QuestionName;
  parameters: unknown;
  now: Date;
}

export type Replied = { id: number; answer: unknown } | { id: number; error: unknown };
