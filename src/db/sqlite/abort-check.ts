import { Prisma } from '../generated/prisma/client.ts';

/**
 * A condition that a long statement carries along, so that it can be given up: it asks now and then, at the rows whose
 * id is a multiple of 4,096, whether anybody still waits. It has to be the first of the conditions: SQLite does not come
 * to it for a row that one in front of it excludes. SQLite itself cannot be interrupted from another thread here.
 */
export function abortCheck(id: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(${id} & 4095 OR throw_if_aborted())`;
}
