/** A failed readiness check. Clients see only `what`. The log also contains `cause`. */
export interface FailedCheck {
  readonly what: string;
  readonly cause?: unknown;
}
