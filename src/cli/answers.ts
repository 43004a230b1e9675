import type { Client } from '../client/client.ts';
import { TaskSessionsDocument } from '../client/generated/graphql.ts';
import { ExpectedError } from '../shared/expected-error.ts';
import type { Output } from './output/output.ts';
import type { Listing } from './pages.ts';
import { plain } from './output/plain.ts';

/** Always throws an ExpectedError: the task does not exist. */
export function noSuchTask(key: string): never {
  throw new ExpectedError({
    code: 'TASK_NOT_FOUND',
    message: `There is no task '${plain(key)}'`,
    suggestion: "Check the key, or list the tasks with 'shark task list'",
    parameters: { taskKey: key },
  });
}

/** Throws ExpectedError if the task does not exist, for example because its key is mistyped. */
export async function expectTask(client: Client, key: string): Promise<void> {
  const { task } = await client.send(TaskSessionsDocument, { key, first: 0, after: null });
  if (task === null) noSuchTask(key);
}

/** Prints a notice if a list shows only a part of its items. */
export function printRemainingCount(
  output: Output,
  { items, totalCount }: Listing<unknown>,
  what: string,
): void {
  if (totalCount > items.length)
    output.notice(
      `Showing ${items.length} of ${totalCount} ${what}s. Use --limit to show more, or --limit=all to show all`,
    );
}
