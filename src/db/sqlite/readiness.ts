import type { Database } from '../database.ts';
import { DatabaseError } from '../errors.ts';
import type { FailedCheck } from '../failed-check.ts';

/** Checks that the database answers, is still the file that was opened, and still has the migrations in `applied`. */
export function createReadiness(
  { read, checkFileIdentity }: Pick<Database, 'read' | 'checkFileIdentity'>,
  applied: readonly string[],
): () => Promise<FailedCheck[]> {
  const findUnapplied = async (): Promise<FailedCheck[]> => {
    checkFileIdentity();
    // `SELECT 1` would not test the file: SQLite evaluates a constant without reading it.
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
            what: `these migrations are no longer applied: ${missing.join(', ')}. Restart the server to apply them`,
          },
        ];
  };

  return async () => {
    try {
      return await findUnapplied();
    } catch (cause) {
      const what =
        cause instanceof DatabaseError
          ? `${cause.message}. ${cause.suggestion}`
          : 'the database cannot be read. See the log for the cause';
      return [{ what, cause }];
    }
  };
}
