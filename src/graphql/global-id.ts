import { badUserInput } from './errors.ts';

/** IDs are readable, for example `TaskSession:42`, so that logs and messages show the type of the object. */
export function encodeGlobalId(typename: string, id: string | number | bigint): string {
  return `${typename}:${id}`;
}

/** The types that `node` can look up. */
const pattern = /^(AgingTask|Epic|Feature|Task|TaskSession):([1-9]\d{0,14})$/;

/** Throws a BAD_USER_INPUT error if the text is not an ID. */
export function decodeGlobalId(globalId: string): { typename: string; id: string } {
  const [, typename, id] = pattern.exec(globalId) ?? [];
  if (typename === undefined || id === undefined)
    throw badUserInput(
      `'${globalId.slice(0, 100)}' is not an ID`,
      "Pass the id of an object as it was returned, for example 'TaskSession:42'",
    );
  return { typename, id };
}
