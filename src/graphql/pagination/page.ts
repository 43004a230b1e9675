import { badUserInput } from '../errors.ts';

/** The maximum number of items on a page. A server setting can lower it. */
export const maxPageSize = 500;

/** The page size if `first` and `last` are missing. */
export const defaultPageSize = 50;

/** The cursor arguments of a page. */
export interface PageCursors {
  after?: string | null | undefined;
  before?: string | null | undefined;
}

export interface PageArguments extends PageCursors {
  first?: number | null | undefined;
  last?: number | null | undefined;
}

/** Returns the cursor of an item. */
export function cursorOf(id: number): string {
  return Buffer.from(`GPC:N:${id}`).toString('base64');
}

/** The format of a cursor after base64 decoding. It contains the item ID. */
const cursorPattern = /^GPC:N:([1-9]\d{0,14})$/;

type BadUserInput = readonly [message: string, suggestion: string];

/**
 * Returns a message and a suggestion for invalid page arguments, or undefined for valid ones. Call this function before
 * the execution, because a mutation would otherwise change data and then fail.
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
    return [
      `The argument first is missing, and the default page size of ${defaultPageSize} is too large`,
      range,
    ];
  for (const side of ['after', 'before']) {
    const cursor = page[side];
    if (typeof cursor === 'string' && itemIdOf(cursor) === undefined)
      return [
        `${side} is '${cursor.slice(0, 100)}', which is not a cursor`,
        `Pass a startCursor or endCursor unchanged, or omit the argument ${side}`,
      ];
  }
  for (const [one, other] of [
    ['first', 'last'],
    ['after', 'before'],
    ['first', 'before'],
    ['last', 'after'],
  ] as const)
    if (isGiven(one) && isGiven(other))
      return [
        `${one} and ${other} cannot be combined`,
        'Use the arguments first and after, or last and before',
      ];
  return undefined;
}

/**
 * Returns the current position of the item at the cursor, or undefined without a cursor. Throws a BAD_USER_INPUT error
 * if the item was deleted.
 */
export function positionAfter<Position>(
  page: PageCursors,
  find: (id: number) => Promise<Position | null>,
): Promise<Position> | undefined {
  const cursor = page.after ?? page.before;
  const id = typeof cursor === 'string' ? itemIdOf(cursor) : undefined;
  if (id === undefined) return undefined;
  // The item may no longer match the filter, so the page starts at its position.
  return find(id).then((position) => {
    if (position !== null) return position;
    throw badUserInput(
      `The item at the cursor '${cursor}' has been deleted`,
      'Start again with the first page',
    );
  });
}

/** Puts the items of a page in list order. A page from the end of the list is read in reverse order. */
export function inListOrder<Item>(take: number, items: Item[]): Item[] {
  return take < 0 ? items.toReversed() : items;
}

export function isCursor(text: string): boolean {
  return itemIdOf(text) !== undefined;
}

function itemIdOf(cursor: string): number | undefined {
  const id = cursorPattern.exec(Buffer.from(cursor, 'base64').toString())?.[1];
  return id === undefined ? undefined : Number(id);
}
