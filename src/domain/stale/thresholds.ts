import { createHash } from 'node:crypto';

/** Why a session is stale: it has been open for too long (AGE), or its agent sent no heartbeat (SILENCE). */
export type StaleReason = 'AGE' | 'SILENCE';

/** The condition under which a session turns stale, for example after 4 hours. */
export interface Threshold {
  readonly reason: StaleReason;
  readonly thresholdMs: number;
  /** The work statuses to which the threshold applies: `only` these, or all `except` these. */
  readonly statuses: { readonly only: readonly string[] } | { readonly except: readonly string[] };
}

/** The thresholds that a subscriber sets, in milliseconds. */
export interface RequestedThresholds {
  /** How long a session may be open. If both are undefined, the default thresholds apply. */
  staleAfterMs: number | undefined;
  /** How long a session may be without a heartbeat. If undefined, heartbeats are not checked. */
  silentForMs: number | undefined;
}

/** How long a session may be open, in milliseconds, if the subscriber does not set `staleAfterMs`. */
export interface DefaultThresholds {
  staleAfterMs: number;
  /** For sessions in these statuses, the value in this map replaces `staleAfterMs`. */
  staleAfterMsByStatus: ReadonlyMap<string, number>;
}

export function thresholdsOf(
  { staleAfterMs, silentForMs }: RequestedThresholds,
  defaults: DefaultThresholds,
): readonly Threshold[] {
  if (staleAfterMs === undefined && silentForMs === undefined) return defaultThresholds(defaults);
  const requested = [['AGE', staleAfterMs] as const, ['SILENCE', silentForMs] as const];
  return requested.flatMap(([reason, thresholdMs]) =>
    thresholdMs === undefined ? [] : [{ reason, thresholdMs, statuses: { except: [] } }],
  );
}

/** Returns the default thresholds. Statuses with the same duration share one threshold and its timer. */
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

/** Returns the name that identifies a threshold in cursors. It is the same on every server. */
export function nameOfThreshold({ reason, thresholdMs, statuses }: Threshold): string {
  const isForAll = 'except' in statuses && statuses.except.length === 0;
  const listed = 'only' in statuses ? statuses.only : statuses.except;
  const choice = JSON.stringify(['only' in statuses, ...listed.toSorted()]);
  const suffix = isForAll ? '' : `-${createHash('sha256').update(choice).digest('hex').slice(0, 8)}`;
  return `${reason}-${thresholdMs}${suffix}`;
}
