/** What keeps the database from being worked with, in words that anybody may read, and what showed it. */
export interface FailedCheck {
  readonly what: string;
  readonly cause?: unknown;
}
