import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { DatabaseError } from '../errors.ts';
import type { FailedCheck } from '../failed-check.ts';
import { findWriteObstacle } from './write-access.ts';

/**
 * Creates the readiness check of the database. The check fails if the database does not answer, its file was replaced
 * or may not be written, or a migration in `applied` is no longer applied.
 */
export function createReadiness(
  { file, read, checkFileIdentity }: Pick<Database, 'file' | 'read' | 'checkFileIdentity'>,
  applied: readonly string[],
): () => Promise<FailedCheck[]> {
  const findFailed = async (): Promise<FailedCheck[]> => {
    checkFileIdentity();
    const obstacle = findWriteObstacle(file);
    if (obstacle !== undefined) return [{ what: obstacle }];
    // Do not query `SELECT 1`, because SQLite answers it without reading the database file.
    await sql`SELECT count(*) FROM sqlite_schema`.execute(read);
    if (applied.length === 0) return [];
    const { rows } = await sql<{ name: string }>`
      SELECT migration_name AS name FROM _prisma_migrations
      WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`.execute(read);
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
      return await findFailed();
    } catch (cause) {
      const what =
        cause instanceof DatabaseError
          ? `${cause.message}. ${cause.suggestion}`
          : 'the database cannot be read. See the log for the cause';
      return [{ what, cause }];
    }
  };
}
