/** A readiness check that failed. `what` describes the problem and is public; `cause` is for the log. */
export interface FailedCheck {
  readonly what: string;
  readonly cause?: unknown;
}
