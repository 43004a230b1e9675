/** The events that one subscriber received, in order. */
export interface Delivery {
  sessionId: string;
  staleAtMs: number;
}

/** The row of a session. */
export interface Recorded {
  sessionId: string;
  startedAtMs: number;
  ended: boolean;
}

export interface Expectation {
  /** All sessions, in order of their start. */
  recorded: readonly Recorded[];
  thresholdMs: number;
  /** The sessions that ended before they could turn stale. */
  endedInTime: ReadonlySet<string>;
}

/**
 * The errors in the deliveries to one subscriber, even with broken connections: every session that never ended must
 * be sent once and in order. A session that ended after it turned stale may be sent or not.
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
