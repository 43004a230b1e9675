import type { TestApp } from './app.ts';

type Rows = Record<string, unknown>[];

/** Every row of every table of the database, by table. If it is equal before and after, nothing was changed. */
export function everyRow(app: TestApp): Record<string, Rows> {
  const tables = app.rows(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name`,
  );
  return Object.fromEntries(
    tables.map(({ name }) => [String(name), app.rows(`SELECT * FROM "${String(name)}"`)]),
  );
}

/** The same without the times that the database sets with the system clock. */
export function everyRowApartFromMachineTimes(app: TestApp): Record<string, Rows> {
  const { _prisma_migrations, ...tables } = everyRow(app);
  return Object.fromEntries(
    Object.entries(tables).map(([name, rows]) => [name, rows.map(withoutMachineTimes)]),
  );
}

function withoutMachineTimes(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).filter(([column]) => column !== 'created_at' && column !== 'updated_at'),
  );
}
