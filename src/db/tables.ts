/**
 * The optional parts of a database. Databases created by older versions of other programs lack some tables and columns
 * and restrict the values of others by a CHECK.
 */
export interface Tables {
  readonly hasTaskSessions: boolean;
  readonly hasTaskNotes: boolean;
  readonly hasRejectionReason: boolean;
  /** The task statuses that a CHECK allows; null without such a CHECK. */
  readonly taskStatuses: readonly string[] | null;
  /** The note types that a CHECK allows; null without such a CHECK. */
  readonly noteTypes: readonly string[] | null;
}
