/**
 * Merges the events of many timelines into one sequence in order of time, and yields the events of one time slice at a
 * time. Each timeline must be sorted, and the timelines must come in the order of their first events. Only events after
 * the latest first event are kept in memory.
 */
export function* mergeByTime<Event extends { atMs: number }>(
  timelines: Iterable<readonly Event[]>,
  sliceMs: number,
): Generator<Event[]> {
  const slices = new Map<number, Event[]>();
  let current = Number.NEGATIVE_INFINITY;
  const sliceOf = ({ atMs }: Event) => Math.floor(atMs / sliceMs);

  function* upTo(end: number): Generator<Event[]> {
    const completed = [...slices.keys()].filter((slice) => slice < end).toSorted((one, other) => one - other);
    for (const slice of completed) {
      yield (slices.get(slice) ?? []).toSorted((one, other) => one.atMs - other.atMs);
      slices.delete(slice);
    }
  }

  for (const timeline of timelines) {
    const [first] = timeline;
    if (first === undefined) continue;
    if (sliceOf(first) > current) {
      current = sliceOf(first);
      yield* upTo(current);
    }
    for (const event of timeline) {
      const slice = sliceOf(event);
      const events = slices.get(slice);
      if (events === undefined) slices.set(slice, [event]);
      else events.push(event);
    }
  }
  yield* upTo(Number.POSITIVE_INFINITY);
}
