import { createHash } from 'node:crypto';

/** AGE: the session has been open for too long. SILENCE: its agent has sent no heartbeat for too long. */
export type StaleReason = 'AGE' | 'SILENCE';

/** The condition under which a session turns stale. */
export interface Threshold {
  readonly reason: StaleReason;
  readonly thresholdMs: number;
  /**
   * The work statuses of the sessions to which the threshold applies: these statuses (`only`), or all others
   * (`except`).
   */
  readonly statuses: { readonly only: readonly string[] } | { readonly except: readonly string[] };
}

/** The thresholds that a subscriber sets, in milliseconds. */
export interface RequestedThresholds {
  /** How long a session in any status may be open. Undefined: the defaults apply. */
  staleAfterMs: number | undefined;
  /** How long an agent may send no heartbeat. Undefined: heartbeats are not checked. */
  silentForMs: number | undefined;
}

/** How long a session may be open before it is stale, for subscribers that do not set `staleAfterMs`. */
export interface DefaultThresholds {
  staleAfterMs: number;
  /** Replaces `staleAfterMs` for sessions that work in these statuses. */
  staleAfterMsByStatus: ReadonlyMap<string, number>;
}

export function thresholdsOf(
  { staleAfterMs, silentForMs }: RequestedThresholds,
  defaults: DefaultThresholds,
): readonly Threshold[] {
  return [
    ...(staleAfterMs === undefined
      ? defaultThresholds(defaults)
      : [{ reason: 'AGE', thresholdMs: staleAfterMs, statuses: { except: [] } } as const]),
    ...(silentForMs === undefined
      ? []
      : [{ reason: 'SILENCE', thresholdMs: silentForMs, statuses: { except: [] } } as const]),
  ];
}

/** Statuses with the same duration share one threshold, because each threshold has a timer. */
function defaultThresholds({ staleAfterMs, staleAfterMsByStatus }: DefaultThresholds): readonly Threshold[] {
  const others = [...staleAfterMsByStatus].filter(([, thresholdMs]) => thresholdMs !== staleAfterMs);
  const durations = [...new Set(others.map(([, thresholdMs]) => thresholdMs))];
  return [
    { reason: 'AGE', thresholdMs: staleAfterMs, statuses: { except: others.map(([status]) => status) } },
    ...durations.map(
      (thresholdMs): Threshold => ({
        reason: 'AGE',
        thresholdMs,
        statuses: { only: others.filter(([, each]) => each === thresholdMs).map(([status]) => status) },
      }),
    ),
  ];
}

/**
 * The name of a threshold in cursors. Equal thresholds have the same name on every server, and different thresholds
 * have different names.
 */
export function nameOfThreshold({ reason, thresholdMs, statuses }: Threshold): string {
  const isForAll = 'except' in statuses && statuses.except.length === 0;
  const listed = 'only' in statuses ? statuses.only : statuses.except;
  const choice = JSON.stringify(['only' in statuses, ...listed.toSorted()]);
  const suffix = isForAll ? '' : `-${createHash('sha256').update(choice).digest('hex').slice(0, 8)}`;
  return `${reason}-${thresholdMs}${suffix}`;
}
