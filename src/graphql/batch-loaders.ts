import DataLoader from 'dataloader';
import type { EventLoopShare } from '../shared/event-loop-shares.ts';
import { groupBy } from '../shared/group-by.ts';
import { createEventLoopYield } from './event-loop-yield.ts';
import { assumedListSize } from './limits/complexity.ts';

/** How a loader collects the values that it loads together. */
export interface LoaderOptions {
  cache: false;
  heavy: EventLoopShare | undefined;
  maxBatchSize?: number;
  batchScheduleFn?: (load: () => void) => void;
}

/** The maximum number of rows that one statement for many values reads. Reading them takes a few milliseconds. */
const rowsPerStatement = 1_500;

// The loaders have no cache, because subscriptions use them for hours and cached values would become outdated.
const usualOptions: LoaderOptions = { cache: false, heavy: undefined };

/** Returns the options for the loaders of an operation. A heavy operation yields between its statements. */
export function optionsFor(heavy: EventLoopShare | undefined): LoaderOptions {
  if (heavy === undefined) return usualOptions;
  return {
    cache: false,
    heavy,
    maxBatchSize: rowsPerStatement,
    batchScheduleFn: (load) => heavy.runLast(load),
  };
}

type IdOf<Found> = (found: Found) => number;

/** Creates a loader of the only value of each ID, or null. */
export function oneEach<Found>(
  options: LoaderOptions,
  load: (ids: number[]) => Promise<readonly Found[]>,
  idOf: IdOf<Found>,
): DataLoader<number, Found | null> {
  return new DataLoader(async (ids) => {
    const found = await load([...new Set(ids)]);
    const byId = new Map(found.map((each) => [idOf(each), each]));
    return ids.map((id) => byId.get(id) ?? null);
  }, options);
}

/** Creates a loader of all values of each ID, in the order in which `load` returns them. */
export function manyEach<Found>(
  options: LoaderOptions,
  load: (ids: number[]) => Promise<readonly Found[]>,
  idOf: IdOf<Found>,
): DataLoader<number, Found[]> {
  const { maxBatchSize = Number.POSITIVE_INFINITY } = options;
  return new DataLoader(
    async (ids) => {
      const byId = groupBy(await load([...new Set(ids)]), idOf);
      return ids.map((id) => byId.get(id) ?? []);
    },
    { ...options, maxBatchSize: Math.ceil(maxBatchSize / assumedListSize) },
  );
}

/** Creates a loader of a count for each ID, which is 0 if nothing is found. */
export function countEach<Found extends { count: number }>(
  options: LoaderOptions,
  load: (ids: number[]) => Promise<readonly Found[]>,
  idOf: IdOf<Found>,
): DataLoader<number, number> {
  return new DataLoader(async (ids) => {
    const found = await load([...new Set(ids)]);
    const byId = new Map(found.map((each) => [idOf(each), each.count]));
    return ids.map((id) => byId.get(id) ?? 0);
  }, options);
}

/** Creates a loader of a page of the values of each ID. Equal pages of several IDs are loaded together. */
export function pageEach<Page extends { atMost: number }, Found>(
  options: LoaderOptions,
  load: (ids: number[], page: Page) => Promise<readonly Found[]>,
  idOf: IdOf<Found>,
): DataLoader<Page & { id: number }, Found[]> {
  const turn = createEventLoopYield();
  return new DataLoader(async (pages) => {
    const equalPages = groupBy(pages, ({ id: _id, ...page }) => JSON.stringify(page));
    const found = new Map<object, Found[]>();
    for (const equal of equalPages.values()) {
      const [page] = equal;
      if (page === undefined) continue;
      for (const [index, part] of [...partsOf(equal, page)].entries()) {
        if (options.heavy !== undefined) await options.heavy.waitIfUsed();
        else if (index > 0) await turn();
        const byId = groupBy(await load([...new Set(part.map(({ id }) => id))], page), idOf);
        for (const each of part) found.set(each, byId.get(each.id) ?? []);
      }
    }
    return pages.map((page) => found.get(page) ?? []);
  }, options);
}

/** SQLite sorts all values of an ID before it takes the first ones, so a short page takes as long as one of this size. */
const sortedRows = 20;

/** Splits equal pages so that one statement reads few rows, also in small operations: their lists can be long. */
function* partsOf<Page>(pages: readonly Page[], { atMost }: { atMost: number }): Iterable<readonly Page[]> {
  const size = Math.max(1, Math.floor(rowsPerStatement / Math.max(atMost, sortedRows)));
  for (let start = 0; start < pages.length; start += size) yield pages.slice(start, start + size);
}
