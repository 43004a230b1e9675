import { Prisma } from '../generated/prisma/client.ts';

/**
 * A SQL condition that makes a long statement abortable: for each row whose id is a multiple of 4,096, it throws if the
 * query was aborted. Put it first in the WHERE clause: SQLite skips it for rows that an earlier condition excludes.
 * SQLite's own interrupt cannot be used here, because the driver cannot call it from another thread.
 */
export function abortCheck(id: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(${id} & 4095 OR throw_if_aborted())`;
}
