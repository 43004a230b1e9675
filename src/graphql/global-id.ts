import { badUserInput } from './errors.ts';

/** Ids are readable on purpose: `TaskSession:42` can be told from a task's id in a log or a message. */
export function encodeGlobalId(typename: string, id: string | number | bigint): string {
  return `${typename}:${id}`;
}

/** Everything that `node` fetches. */
const pattern = /^(AgingTask|Epic|Feature|Task|TaskSession):([1-9]\d{0,14})$/;

/** Throws a BAD_USER_INPUT error for text that is no id. */
export function decodeGlobalId(globalId: string): { typename: string; id: string } {
  const [, typename, id] = pattern.exec(globalId) ?? [];
  if (typename === undefined || id === undefined)
    throw badUserInput(
      `'${globalId.slice(0, 100)}' is not an id`,
      "Use the id field of an earlier answer, for example 'TaskSession:42'",
    );
  return { typename, id };
}
