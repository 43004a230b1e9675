import type { ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import { builder } from '../builder.ts';
import { badUserInput } from '../errors.ts';
import { cursorOf, defaultPageSize, maxPageSize, type PageArguments, pageArgumentError } from './page.ts';
import { needsItems, needsPageInfo } from './requested-items.ts';

/** Creates the connection type that all lists of the same item type share. */
export function connection<Shape>(
  type: ObjectRef<typeof builder.$inferSchemaTypes, Shape>,
  name: string,
  items: string,
) {
  return builder.connectionObject(
    {
      type,
      name: `${name}Connection`,
      description: `A page of ${items}.`,
      fields: (t) => ({
        totalCount: t.int({
          description: 'The number of items in the whole list, on all pages.',
          resolve: totalCountOf,
        }),
      }),
    },
    { name: `${name}Edge`, description: `An item in a page of ${items}, with its cursor.` },
  );
}

export interface PageSource<Item> {
  /**
   * Loads at most `Math.abs(take)` items after the cursor. If `take` is negative, loads the last items before the
   * cursor. Either way, the items are in list order.
   */
  load: (take: number) => Promise<Item[]>;
  /** Returns the number of items on all pages. Called only if the client requests it. */
  totalCount: () => number | Promise<number>;
}

/**
 * Loads one page of a list. If the client requests only `totalCount`, loads no items. Throws a BAD_USER_INPUT error for
 * invalid arguments.
 */
export async function pageOf<Item extends { id: number }>(
  page: PageArguments,
  info: GraphQLResolveInfo,
  { load, totalCount }: PageSource<Item>,
) {
  // The server has checked the arguments before the execution, but the command line has not.
  const problem = pageArgumentError({ ...page }, { hasCursors: true, largest: maxPageSize });
  if (problem !== undefined) throw badUserInput(...problem);
  const backward = isGiven(page.last) || isGiven(page.before);
  const size = page.first ?? page.last ?? defaultPageSize;
  // One more item than requested shows whether there is another page.
  const atMost = needsPageInfo(info) ? size + 1 : size;
  const take = backward ? -atMost : atMost;
  const loaded = needsItems(info) ? await load(take) : [];
  const hasMore = loaded.length > size;
  const items = hasMore ? (backward ? loaded.slice(1) : loaded.slice(0, -1)) : loaded;
  const edges = items.map((node) => new Edge(node));
  return {
    edges,
    get pageInfo() {
      return {
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
        hasPreviousPage: isGiven(page.after) || (backward && hasMore),
        hasNextPage: isGiven(page.before) || (!backward && hasMore),
      };
    },
    totalCount,
  };
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}

/** An item on a page. Computes its cursor when it is read, because few clients read the cursors of all items. */
class Edge<Item extends { id: number }> {
  readonly node: Item;

  constructor(node: Item) {
    this.node = node;
  }

  get cursor(): string {
    return cursorOf(this.node.id);
  }
}

async function totalCountOf(page: object): Promise<number> {
  const count: unknown =
    'totalCount' in page && typeof page.totalCount === 'function' && (await page.totalCount());
  if (typeof count === 'number') return count;
  throw new Error('The connection has no totalCount. Create it with pageOf');
}
