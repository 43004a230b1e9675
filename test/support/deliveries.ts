/** What one subscriber was told of, in the order in which it came. */
export interface Delivery {
  sessionId: string;
  staleAtMs: number;
}

/** A session, as the table has it. */
export interface Recorded {
  sessionId: string;
  startedAtMs: number;
  ended: boolean;
}

export interface Expectation {
  /** Every session, in the order of their starts. */
  recorded: readonly Recorded[];
  thresholdMs: number;
  /** Those of which it was known before they could turn stale that they had ended. */
  endedInTime: ReadonlySet<string>;
}

/**
 * What is wrong with the deliveries of one subscriber, whatever broke on the way: every session that never ended has
 * to be among them, once and in order. One that ended after it had turned stale may have been told of or not.
 */
export function deliveryFaults(
  deliveries: readonly Delivery[],
  { recorded, thresholdMs, endedInTime }: Expectation,
): string[] {
  const places = new Map(recorded.map((session, place) => [session.sessionId, { ...session, place }]));
  const counts = new Map<string, number>();
  for (const { sessionId } of deliveries) counts.set(sessionId, (counts.get(sessionId) ?? 0) + 1);
  let before = -1;
  return [
    ...recorded
      .filter(({ sessionId, ended }) => !ended && !counts.has(sessionId))
      .map(({ sessionId }) => `${sessionId} was lost`),
    ...[...counts]
      .filter(([, count]) => count > 1)
      .map(([sessionId, count]) => `${sessionId} came ${count} times`),
    ...[...counts.keys()]
      .filter((sessionId) => endedInTime.has(sessionId))
      .map((sessionId) => `${sessionId} came, though it had ended in time`),
    ...deliveries.flatMap(({ sessionId, staleAtMs }) => {
      const session = places.get(sessionId);
      if (session === undefined) return [`${sessionId} came and does not exist`];
      const faults =
        staleAtMs === session.startedAtMs + thresholdMs ? [] : [`${sessionId} came with another deadline`];
      if (session.place <= before) faults.push(`${sessionId} came behind one that turned stale later`);
      before = session.place;
      return faults;
    }),
  ];
}
