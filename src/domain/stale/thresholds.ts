import { createHash } from 'node:crypto';

/** What is counted as too long: open at all, or open without a sign of life from the agent. */
export type StaleReason = 'AGE' | 'SILENCE';

/** A line that open sessions cross when they have been open, or silent, for long enough. */
export interface Threshold {
  readonly reason: StaleReason;
  /** How long, in milliseconds. */
  readonly thresholdMs: number;
  /** Only sessions of work in these statuses, or all but those. */
  readonly statuses: { readonly only: readonly string[] } | { readonly except: readonly string[] };
}

export interface RequestedThresholds {
  /** How long a session may be open, where it is the same for all, in milliseconds. */
  staleAfterMs: number | undefined;
  /** How long an agent may be silent, in milliseconds; undefined when nobody asks. */
  silentForMs: number | undefined;
}

/** How long sessions may be open where a subscriber does not say. */
export interface DefaultThresholds {
  staleAfterMs: number;
  /** For work in these statuses, something else. */
  staleAfterMsByStatus: ReadonlyMap<string, number>;
}

/** The lines that somebody with these thresholds watches. */
export function thresholdsOf(
  { staleAfterMs, silentForMs }: RequestedThresholds,
  standard: DefaultThresholds,
): readonly Threshold[] {
  return [
    ...(staleAfterMs === undefined
      ? defaultThresholds(standard)
      : [{ reason: 'AGE', thresholdMs: staleAfterMs, statuses: { except: [] } } as const]),
    ...(silentForMs === undefined
      ? []
      : [{ reason: 'SILENCE', thresholdMs: silentForMs, statuses: { except: [] } } as const]),
  ];
}

/** One line for each threshold, so that there is one timer for each. */
function defaultThresholds({ staleAfterMs, staleAfterMsByStatus }: DefaultThresholds): readonly Threshold[] {
  const others = [...staleAfterMsByStatus].filter(([, thresholdMs]) => thresholdMs !== staleAfterMs);
  const thresholds = [...new Set(others.map(([, thresholdMs]) => thresholdMs))];
  return [
    { reason: 'AGE', thresholdMs: staleAfterMs, statuses: { except: others.map(([status]) => status) } },
    ...thresholds.map(
      (thresholdMs): Threshold => ({
        reason: 'AGE',
        thresholdMs,
        statuses: { only: others.filter(([, each]) => each === thresholdMs).map(([status]) => status) },
      }),
    ),
  ];
}

/** Names a line, the same on every server; a line that is drawn otherwise has another name. */
export function nameOfThreshold({ reason, thresholdMs, statuses }: Threshold): string {
  const isForAll = 'except' in statuses && statuses.except.length === 0;
  const listed = 'only' in statuses ? statuses.only : statuses.except;
  const choice = JSON.stringify(['only' in statuses, ...listed.toSorted()]);
  const suffix = isForAll ? '' : `-${createHash('sha256').update(choice).digest('hex').slice(0, 8)}`;
  return `${reason}-${thresholdMs}${suffix}`;
}
