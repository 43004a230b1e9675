/** Less than any server is likely to allow, and enough that pages are few. */
const pageSize = 100;

interface Page<Item> {
  totalCount: number;
  nodes: readonly Item[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface Listing<Item> {
  items: readonly Item[];
  /** How many there are, of which `items` may be the first. */
  totalCount: number;
}

/** The first items of a list, up to `limit`, read page by page. */
export async function readPages<Item>(
  limit: number | 'all',
  read: (page: { first: number; after: string | null }) => Promise<Page<Item>>,
): Promise<Listing<Item>> {
  const wanted = limit === 'all' ? Number.POSITIVE_INFINITY : limit;
  const items: Item[] = [];
  for (let after: string | null = null; ; ) {
    const { totalCount, nodes, pageInfo } = await read({
      first: Math.min(pageSize, wanted - items.length),
      after,
    });
    items.push(...nodes);
    if (!pageInfo.hasNextPage || items.length >= wanted) return { items, totalCount };
    after = pageInfo.endCursor;
  }
}
