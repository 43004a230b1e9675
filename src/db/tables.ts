/**
 * The optional tables, columns and values that the database has. Databases of other programs may lack some of them.
 */
export interface Tables {
  readonly hasTaskSessions: boolean;
  /** Whether the table `task_queue` exists with all of its triggers. Other programs can lose triggers on their tables. */
  readonly hasTaskQueue: boolean;
  readonly hasTaskNotes: boolean;
  readonly hasRejectionReason: boolean;
  /** The task statuses that a CHECK of the table allows. Null if no CHECK restricts the statuses. */
  readonly taskStatuses: readonly string[] | null;
  /** The note types that a CHECK of the table allows. Null if no CHECK restricts the note types. */
  readonly noteTypes: readonly string[] | null;
}
