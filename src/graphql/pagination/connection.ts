import type { ObjectRef } from '@pothos/core';
import { builder } from '../builder.ts';

/** The connection type of a list. All fields that list the same type of item share it. */
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
          // With this option, the Prisma plugin loads no items if only this field is selected.
          extensions: { pothosPrismaTotalCount: true },
          resolve: totalCountOf,
        }),
      }),
    },
    { name: `${name}Edge`, description: `An item in a page of ${items}, with its cursor.` },
  );
}

/** The Prisma plugin provides a number for relations, and a function for root fields. */
async function totalCountOf(page: object): Promise<number> {
  const totalCount: unknown = 'totalCount' in page ? page.totalCount : undefined;
  const count: unknown = await (typeof totalCount === 'function' ? totalCount() : totalCount);
  if (typeof count === 'number') return count;
  throw new Error(
    'The connection has no totalCount. Pass totalCount to prismaConnection or relatedConnection',
  );
}
