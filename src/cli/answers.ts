import type { Client } from '../client/client.ts';
import { TaskSessionsDocument } from '../client/generated/graphql.ts';
import { NotFoundError } from './failure.ts';
import type { Output } from './output/output.ts';
import type { Listing } from './pages.ts';
import { plain } from './output/plain.ts';

/** Throws NotFoundError: for a task that a query did not find. */
export function noSuchTask(key: string): never {
  throw new NotFoundError(
    'TASK_NOT_FOUND',
    `There is no task '${plain(key)}'`,
    "Check the key, or list the tasks with 'shark task list'",
    { task_key: key },
  );
}

/** Throws NotFoundError where there is no such task. Nothing about a task may be because its key was mistyped. */
export async function expectTask(client: Client, key: string): Promise<void> {
  const { task } = await client.send(TaskSessionsDocument, { key, first: 0, after: null });
  if (task === null) noSuchTask(key);
}

/** Says when there is more than was listed. */
export function printRemainingCount(
  output: Output,
  { items, totalCount }: Listing<unknown>,
  what: string,
): void {
  if (totalCount > items.length)
    output.notice(
      `${items.length} of ${totalCount} ${what}s: --limit says how many, --limit=all lists them all`,
    );
}
