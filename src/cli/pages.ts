/** Well below the page limit of any server. */
const pageSize = 100;

interface Page<Item> {
  totalCount: number;
  nodes: readonly Item[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface Listing<Item> {
  items: readonly Item[];
  /** The number of all items; `items` may have only the first ones. */
  totalCount: number;
}

/** Reads the first `limit` items of a list, page by page. `answer` is the first response, with its other fields. */
export async function readPages<Answer, Item>(
  limit: number | 'all',
  ask: (page: { first: number; after: string | null }) => Promise<Answer>,
  pageIn: (answer: Answer) => Page<Item>,
): Promise<Listing<Item> & { answer: Answer }> {
  const wanted = limit === 'all' ? Number.POSITIVE_INFINITY : limit;
  const read = (already: number, after: string | null) =>
    ask({ first: Math.min(pageSize, wanted - already), after });
  const answer = await read(0, null);
  const { totalCount, nodes, pageInfo } = pageIn(answer);
  const items = [...nodes];
  for (let last = pageInfo; last.hasNextPage && items.length < wanted; ) {
    const page = pageIn(await read(items.length, last.endCursor));
    items.push(...page.nodes);
    last = page.pageInfo;
  }
  return { items, totalCount, answer };
}
