import { NotFoundError } from './failure.ts';
import type { Output } from './output.ts';
import type { Listing } from './pages.ts';
import { plain } from './text/plain.ts';

/** Throws NotFoundError: for a task that a query did not find. */
export function noSuchTask(key: string): never {
  throw new NotFoundError(
    'TASK_NOT_FOUND',
    `There is no task '${plain(key)}'`,
    "Check the key, or list the tasks with 'shark task list'",
    { task_key: key },
  );
}

/** Says when there is more than was listed. */
export function tellRest(output: Output, { items, totalCount }: Listing<unknown>, what: string): void {
  if (totalCount > items.length)
    output.notice(
      `${items.length} of ${totalCount} ${what}s: --limit says how many, --limit=all lists them all`,
    );
}
