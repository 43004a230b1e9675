import { type RawBuilder, sql } from 'kysely';

/**
 * SQL for the items of a JSON list, to use with `IN`. The list is one value, so the statement has the same text for all
 * numbers of items.
 */
export function itemsOf<Item>(json: string | RawBuilder<string>): RawBuilder<Item> {
  return sql<Item>`(SELECT value FROM json_each(${json}))`;
}
