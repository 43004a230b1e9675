/** The longest of many segments of time; of those that take equally long, the ones that were added first. */
export interface Longest<Item> {
  add(item: Item, length: number): void;
  /** The longest first. */
  list(): Item[];
}

/** Keeps `atMost` of them, however many are added. */
export function createLongest<Item>(atMost: number): Longest<Item> {
  let kept: { item: Item; length: number }[] = [];
  // What is no longer than this has no place among the longest.
  let floor = Number.NEGATIVE_INFINITY;
  const sift = () => {
    kept = kept.toSorted((one, other) => other.length - one.length).slice(0, atMost);
    if (kept.length === atMost) floor = kept.at(-1)?.length ?? Number.POSITIVE_INFINITY;
  };
  return {
    add(item, length) {
      if (length <= floor) return;
      kept.push({ item, length });
      if (kept.length >= 2 * atMost) sift();
    },
    list() {
      sift();
      return kept.map(({ item }) => item);
    },
  };
}
