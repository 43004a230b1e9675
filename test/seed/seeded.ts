import { createHash } from 'node:crypto';
import { type Connection, openConnection } from '../../src/db/sqlite/driver.ts';
import { seedDatabase, type SeedOptions, type SeedReport } from '../../seed/seed-database.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { migrate } from '../../src/db/sqlite/migrate.ts';
import { contentsOf, migrationsFolder } from '../support/shark-databases.ts';
import { defaultWorkflow } from '../domain/workflow/workflows.ts';

/** A Wednesday, in the middle of the working day. */
export const until = new Date('2026-01-14T15:00:00.000Z');

/** A migrated database in memory. The caller closes it. */
export async function migratedDatabase(): Promise<Connection> {
  const connection = openConnection(':memory:');
  connection.pragma('foreign_keys = ON');
  await migrate({ connection, folder: migrationsFolder, clock: systemClock });
  return connection;
}

export async function seeded(
  options: Partial<SeedOptions> = {},
): Promise<{ connection: Connection; report: SeedReport }> {
  const connection = await migratedDatabase();
  const report = await seedDatabase(connection, {
    sessions: 2_000,
    seed: 1,
    until,
    workflow: defaultWorkflow,
    ...options,
  });
  return { connection, report };
}

export type Row = Record<string, string | number | null>;

export function rows(connection: Connection, sql: string): Row[] {
  return connection.prepare<[], Row>(sql).all();
}

/** Equal for two databases with equal rows. Ignores the migration records, which contain the current time. */
export function hashOfRows(connection: Connection): string {
  const { _prisma_migrations, ...tables } = contentsOf(connection).rows;
  return createHash('sha256').update(JSON.stringify(tables)).digest('hex');
}
