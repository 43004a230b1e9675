/**
 * What a database can hold. Databases made by another program differ with its age: tables and columns are
 * missing, and CHECKs restrict what a column may say.
 */
export interface Tables {
  readonly hasTaskSessions: boolean;
  readonly hasTaskNotes: boolean;
  readonly hasRejectionReason: boolean;
  /** The statuses that a CHECK allows a task to have; null where there is no such CHECK. */
  readonly taskStatuses: readonly string[] | null;
  /** The types that a CHECK allows a note to have; null where there is no such CHECK. */
  readonly noteTypes: readonly string[] | null;
}
