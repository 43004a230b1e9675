/** A collection of the items with the highest scores. If scores are equal, the item added first has priority. */
export interface TopN<Item> {
  add(item: Item, score: number): void;
  /** The highest score first. */
  list(): Item[];
}

/** Creates a collection of the `n` items with the highest scores. It never holds more than `2 * n` items in memory. */
export function createTopN<Item>(n: number): TopN<Item> {
  let kept: { item: Item; score: number }[] = [];
  // Items with this score or less are not among the `n` highest.
  let minimum = Number.NEGATIVE_INFINITY;
  const trim = () => {
    kept = kept.toSorted((one, other) => other.score - one.score).slice(0, n);
    if (kept.length === n) minimum = kept.at(-1)?.score ?? Number.POSITIVE_INFINITY;
  };
  return {
    add(item, score) {
      if (score <= minimum) return;
      kept.push({ item, score });
      if (kept.length >= 2 * n) trim();
    },
    list() {
      trim();
      return kept.map(({ item }) => item);
    },
  };
}
