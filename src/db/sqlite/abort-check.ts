import { Prisma } from '../generated/prisma/client.ts';

/**
 * Returns a SQL condition that throws an error if the query was aborted. Put the condition first in the WHERE clause,
 * so that SQLite evaluates it for every row.
 */
export function abortCheck(id: Prisma.Sql): Prisma.Sql {
  // To save time, only rows with an id that is a multiple of 4,096 make the check.
  return Prisma.sql`(${id} & 4095 OR throw_if_aborted())`;
}
