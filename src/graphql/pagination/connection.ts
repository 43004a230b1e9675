import type { ObjectRef } from '@pothos/core';
import { builder } from '../builder.ts';

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
          // With this option, the Prisma plugin loads no items if only `totalCount` is selected.
          extensions: { pothosPrismaTotalCount: true },
          resolve: totalCountOf,
        }),
      }),
    },
    { name: `${name}Edge`, description: `An item in a page of ${items}, with its cursor.` },
  );
}

/** Returns the total count of a connection. Throws if the connection has none. */
async function totalCountOf(page: object): Promise<number> {
  const totalCount: unknown = 'totalCount' in page ? page.totalCount : undefined;
  // The Prisma plugin provides `totalCount` as a number for a relation, and as a function for a root field.
  const count: unknown = await (typeof totalCount === 'function' ? totalCount() : totalCount);
  if (typeof count === 'number') return count;
  throw new Error(
    'The connection has no totalCount. Pass totalCount to prismaConnection or relatedConnection',
  );
}
