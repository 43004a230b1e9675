import { checkFilterNames, checkStatusName, type FilterNames } from '../domain/filter-names.ts';
import type { Services } from './context.ts';

/**
 * Returns a filter whose keys and values were checked. Throws an OperationError if one of its names does not exist. A
 * filter without names needs no statement.
 */
export async function withExistingNames<Filter extends FilterNames & { status?: string | null | undefined }>(
  filter: Filter,
  { database, workflow, analyticsWorker }: Pick<Services, 'database' | 'workflow' | 'analyticsWorker'>,
): Promise<Filter> {
  const source = { read: database.read, tables: database.tables, workflow };
  await checkFilterNames(source, filter);
  await checkStatusName(source, filter.status, () => analyticsWorker.run('usedStatuses', {}));
  return filter;
}
