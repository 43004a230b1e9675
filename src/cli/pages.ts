/** The number of items to request at once. By default, a server allows up to 500 items. */
const pageSize = 100;

interface Page<Item> {
  totalCount: number;
  nodes: readonly Item[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface Listing<Item> {
  items: readonly Item[];
  /** The number of items in the whole list, not only in `items`. */
  totalCount: number;
}

/** Reads the first `limit` items of a list, page by page. `answer` is the response with the first page. */
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
