/** The items with the highest scores. Of items with equal scores, those added first. */
export interface TopN<Item> {
  add(item: Item, score: number): void;
  /** The highest score first. */
  list(): Item[];
}

/** Keeps the `n` items with the highest scores. The memory does not grow with the number of items added. */
export function createTopN<Item>(n: number): TopN<Item> {
  let kept: { item: Item; score: number }[] = [];
  // Once there are n items, a score that is not above this one cannot be among the top n.
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
