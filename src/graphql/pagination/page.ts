import { badUserInput } from '../errors.ts';

/** The maximum number of items on a page. The server can be configured with a lower one. */
export const maxPageSize = 500;

/** The number of items on a page if neither `first` nor `last` is given. */
export const defaultPageSize = 50;

/** The query that the Prisma plugin derives from the page arguments and the selected fields. */
export interface PageQuery {
  /** The number of items to load. Negative for a page from the end of the list. */
  take: number;
  skip: number;
  cursor?: unknown;
  include?: object;
  select?: object;
}

/** The cursor arguments of a field with pages. */
export interface PageCursors {
  after?: string | null | undefined;
  before?: string | null | undefined;
}

/** The format of a cursor of the Prisma plugin, after decoding base64. It contains the ID of the item. */
const cursorPattern = /^GPC:N:([1-9]\d{0,14})$/;

type BadUserInput = readonly [message: string, suggestion: string];

/**
 * Describes what is wrong with the page arguments of a field, for badUserInput; undefined if they are valid. Call it
 * before the execution: otherwise a mutation would change data and then fail to return its payload.
 */
export function pageArgumentError(
  page: Record<string, unknown>,
  { hasCursors, largest }: { hasCursors: boolean; largest: number },
): BadUserInput | undefined {
  const isGiven = (name: string) => page[name] !== undefined && page[name] !== null;
  const range = `Pass a number from 0 to ${largest}${hasCursors ? ', and use cursors to get more pages' : ''}`;
  for (const side of ['first', 'last']) {
    const size = page[side];
    if (typeof size === 'number' && (size < 0 || size > largest)) return [`${side} is ${size}`, range];
  }
  if (hasCursors && !isGiven('first') && !isGiven('last') && defaultPageSize > largest)
    return [`first is missing, and its default is ${defaultPageSize}`, range];
  for (const side of ['after', 'before']) {
    const cursor = page[side];
    if (typeof cursor === 'string' && itemIdOf(cursor) === undefined)
      return [
        `${side} is '${cursor.slice(0, 100)}', which is not a cursor`,
        `Pass a startCursor or endCursor unchanged, or omit ${side}`,
      ];
  }
  for (const [one, other] of [
    ['first', 'last'],
    ['after', 'before'],
    ['first', 'before'],
    ['last', 'after'],
  ] as const)
    if (isGiven(one) && isGiven(other))
      return [`${one} and ${other} cannot be combined`, 'Use first and after, or last and before'];
  return undefined;
}

/**
 * Returns the current position of the item at the cursor; the page starts after it. Undefined without a cursor.
 * Prisma's own cursor is not used: it skips the first item on the assumption that this is the item at the cursor. If
 * that item no longer matches the filter, Prisma would skip an item that the client has not received.
 * Throws a BAD_USER_INPUT error if the item has been deleted.
 */
export async function positionAfter<Position>(
  page: PageCursors,
  find: (id: number) => Promise<Position | null>,
): Promise<Position | undefined> {
  const cursor = page.after ?? page.before;
  const id = typeof cursor === 'string' ? itemIdOf(cursor) : undefined;
  if (id === undefined) return undefined;
  const position = await find(id);
  if (position === null)
    throw badUserInput(
      `The item at the cursor '${cursor}' has been deleted`,
      'Start again with the first page',
    );
  return position;
}

/** Sorts the items of a page like `ids`. For a page from the end of the list, `ids` are in reverse order. */
export function sortByIds<Item extends { id: number }>(
  ids: readonly number[],
  { take }: Pick<PageQuery, 'take'>,
  items: readonly Item[],
): Item[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  return (take > 0 ? ids : ids.toReversed()).flatMap((id) => byId.get(id) ?? []);
}

function itemIdOf(cursor: string): number | undefined {
  const id = cursorPattern.exec(Buffer.from(cursor, 'base64').toString())?.[1];
  return id === undefined ? undefined : Number(id);
}
