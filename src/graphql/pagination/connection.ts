import type { ObjectRef } from '@pothos/core';
import { builder } from '../builder.ts';

/** The page type of a list, one for all fields that list the same thing. */
export function connection<Shape>(
  type: ObjectRef<typeof builder.$inferSchemaTypes, Shape>,
  name: string,
  things: string,
) {
  return builder.connectionObject(
    {
      type,
      name: `${name}Connection`,
      description: `A page of ${things}.`,
      fields: (t) => ({
        totalCount: t.int({
          description: 'The number of items in the whole list, on all pages.',
          // Tells the Prisma plugin that a selection of this field alone needs no rows.
          extensions: { pothosPrismaTotalCount: true },
          resolve: totalCountOf,
        }),
      }),
    },
    { name: `${name}Edge`, description: `An item in a page of ${things}, with its cursor.` },
  );
}

/** The plugin leaves a number here for relations, and a function that counts for lists at the root. */
async function totalCountOf(page: object): Promise<number> {
  const totalCount: unknown = 'totalCount' in page ? page.totalCount : undefined;
  const count: unknown = await (typeof totalCount === 'function' ? totalCount() : totalCount);
  if (typeof count === 'number') return count;
  throw new Error('A list was asked for its length and has not counted');
}
