import type { Database } from '../database.ts';
import { DatabaseError } from '../errors.ts';
import type { FailedCheck } from '../failed-check.ts';

/** Whether the database still is what was opened, with the migrations that it had then, and answers. */
export function createReadiness(
  { read, checkFileIdentity }: Pick<Database, 'read' | 'checkFileIdentity'>,
  applied: readonly string[],
): () => Promise<FailedCheck[]> {
  const findUnapplied = async (): Promise<FailedCheck[]> => {
    checkFileIdentity();
    // Not a constant: SQLite would answer that without a look at the file.
    await read.$queryRaw`SELECT count(*) FROM sqlite_schema`;
    if (applied.length === 0) return [];
    const rows = await read.$queryRaw<{ name: string }[]>`
      SELECT migration_name AS name FROM _prisma_migrations
      WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
    const recorded = new Set(rows.map(({ name }) => name));
    const missing = applied.filter((name) => !recorded.has(name));
    return missing.length === 0
      ? []
      : [
          {
            what: `these migrations are not applied any more: ${missing.join(', ')}. Restart the server to apply them`,
          },
        ];
  };

  return async () => {
    try {
      return await findUnapplied();
    } catch (cause) {
      const what =
        cause instanceof DatabaseError
          ? `${cause.message} ${cause.remedy}`
          : 'the database cannot be read. The log says why';
      return [{ what, cause }];
    }
  };
}
