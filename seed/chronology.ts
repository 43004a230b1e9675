/**
 * Puts the events of many stories into one order of time, and gives them a slice of time at once. Each story is in order,
 * and the stories come in the order of their first events; so only what lies ahead of the latest of these is kept.
 */
export function* chronology<Event extends { atMs: number }>(
  stories: Iterable<readonly Event[]>,
  sliceMs: number,
): Generator<Event[]> {
  const slices = new Map<number, Event[]>();
  let current = Number.NEGATIVE_INFINITY;
  const sliceOf = ({ atMs }: Event) => Math.floor(atMs / sliceMs);

  function* upTo(end: number): Generator<Event[]> {
    const over = [...slices.keys()].filter((slice) => slice < end).toSorted((one, other) => one - other);
    for (const slice of over) {
      yield (slices.get(slice) ?? []).toSorted((one, other) => one.atMs - other.atMs);
      slices.delete(slice);
    }
  }

  for (const story of stories) {
    const [first] = story;
    if (first === undefined) continue;
    if (sliceOf(first) > current) {
      current = sliceOf(first);
      yield* upTo(current);
    }
    for (const event of story) {
      const slice = sliceOf(event);
      const events = slices.get(slice);
      if (events === undefined) slices.set(slice, [event]);
      else events.push(event);
    }
  }
  yield* upTo(Number.POSITIVE_INFINITY);
}
