import { badUserInput } from './errors.ts';

/** Returns a readable global ID, for example `TaskSession:42`. */
export function encodeGlobalId(typename: string, id: string | number | bigint): string {
  return `${typename}:${id}`;
}

/** The format of a global ID, with the types that the query `node` can find. */
const pattern = /^(AgingTask|Epic|Feature|Task|TaskSession):([1-9]\d{0,14})$/;

/**
 * Splits a global ID into its type and its database ID. Throws a BAD_USER_INPUT error if the text is not a global ID.
 */
export function decodeGlobalId(globalId: string): { typename: string; id: string } {
  const [, typename, id] = pattern.exec(globalId) ?? [];
  if (typename === undefined || id === undefined)
    throw badUserInput(
      `'${globalId.slice(0, 100)}' is not an ID`,
      "Pass an id that the server returned, for example 'TaskSession:42'",
    );
  return { typename, id };
}
