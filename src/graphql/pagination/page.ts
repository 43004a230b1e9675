import { badUserInput } from '../errors.ts';

/** How many items a list returns at most. */
export const largestPage = 500;

/** How many it returns unless it was told. */
export const usualPage = 50;

/** What Pothos makes of a page and of the fields that were asked for. */
export interface PageQuery {
  /** Negative for a page from the end of the list. */
  take: number;
  skip: number;
  cursor?: unknown;
  include?: object;
  select?: object;
}

/** The place that a page was asked to begin at. */
export interface PagePosition {
  after?: string | null | undefined;
  before?: string | null | undefined;
}

/** What Pothos makes of the id of an item before it encodes it. */
const cursor = /^GPC:N:([1-9]\d{0,14})$/;

type Problem = readonly [message: string, suggestion: string];

/**
 * What is wrong with the page that a field asks for: too large, negative, from both ends, or from a place that is none.
 * Asked before anything is executed, since a mutation would else change something and then fail to answer.
 */
export function pageProblem(
  page: Record<string, unknown>,
  { hasCursors, largest }: { hasCursors: boolean; largest: number },
): Problem | undefined {
  const given = (name: string) => page[name] !== undefined && page[name] !== null;
  const range = `Give a number from 0 to ${largest}${hasCursors ? ', and use the cursors for more' : ''}`;
  for (const side of ['first', 'last']) {
    const size = page[side];
    if (typeof size === 'number' && (size < 0 || size > largest)) return [`${side} is ${size}`, range];
  }
  if (hasCursors && !given('first') && !given('last') && usualPage > largest)
    return [`first is not given, which asks for ${usualPage}`, range];
  for (const side of ['after', 'before']) {
    const place = page[side];
    if (typeof place === 'string' && itemAt(place) === undefined)
      return [
        `${side} is '${place.slice(0, 100)}', which is not a cursor`,
        'Pass a startCursor or an endCursor as it came, or leave it out',
      ];
  }
  for (const [one, other] of [
    ['first', 'last'],
    ['after', 'before'],
    ['first', 'before'],
    ['last', 'after'],
  ] as const)
    if (given(one) && given(other))
      return [`${one} and ${other} are both given`, 'Page with first and after, or with last and before'];
  return undefined;
}

/**
 * The place behind which a page begins: that of the item at the cursor, wherever it is now. Prisma's own paging
 * skips one item there, the one at the cursor; where a filter has dropped that from the list since, it would skip
 * one that nobody has seen. Undefined for a page that begins at the end of the list.
 * Throws a BAD_USER_INPUT error when the item is gone.
 */
export async function positionAfter<Place>(
  page: PagePosition,
  find: (id: number) => Promise<Place | null>,
): Promise<Place | undefined> {
  const given = page.after ?? page.before;
  const id = typeof given === 'string' ? itemAt(given) : undefined;
  if (id === undefined) return undefined;
  const place = await find(id);
  if (place === null)
    throw badUserInput(
      `The item at the cursor '${given}' has been deleted`,
      'Begin again with the first page',
    );
  return place;
}

/** The items of a page in the order of their ids, which were found backwards for a page from the end of the list. */
export function inOrderOf<Item extends { id: number }>(
  ids: readonly number[],
  { take }: Pick<PageQuery, 'take'>,
  items: readonly Item[],
): Item[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  return (take > 0 ? ids : ids.toReversed()).flatMap((id) => byId.get(id) ?? []);
}

function itemAt(text: string): number | undefined {
  const id = cursor.exec(Buffer.from(text, 'base64').toString())?.[1];
  return id === undefined ? undefined : Number(id);
}
