import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { onTestFinished } from 'vitest';
import { formatDuration } from '../../src/shared/duration.ts';
import type { sessionColumns } from '../../src/domain/export/session-rows.ts';
import type { SessionFilter } from '../../src/domain/sessions/filter.ts';
import { type TestApp, testApp } from './app.ts';
import { manualClock } from './manual-clock.ts';
import { fillMixedSessions, filters } from './mixed-sessions.ts';
import { open } from './shark-databases.ts';

export const clock = manualClock('2026-01-11T10:00:00.000Z');

/** A server with sessions of every kind, for the running test. */
export async function filledApp(): Promise<TestApp> {
  const app = await testApp({ clock });
  onTestFinished(() => app[Symbol.asyncDispose]());
  fillMixedSessions(open(app.config.databaseFile));
  return app;
}

export async function exported(app: TestApp, search: Readonly<Record<string, string>> = {}): Promise<string> {
  const parameters = new URLSearchParams({ bom: 'off', ...search });
  const answer = await app.fetch(`http://test/export/sessions.csv?${parameters}`);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(text);
  return text;
}

export type Cells = Record<(typeof sessionColumns)[number], string>;

/** Parses a file like a spreadsheet: any line break outside of quotes ends a row. */
export const parsed = (text: string): Cells[] =>
  parse(text, { columns: true, record_delimiter: ['\r\n', '\n', '\r'] });

const given = (fields: Readonly<Record<string, unknown>>) =>
  Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);

/** A filter in the format of the API. */
export function inWords(filter: SessionFilter): Record<string, unknown> {
  const duration = (milliseconds: number | null | undefined) =>
    typeof milliseconds === 'number' ? formatDuration(milliseconds) : null;
  const outcome = filter.outcome?.toUpperCase();
  return Object.fromEntries(
    given({
      ...filter,
      outcome,
      staleAfter: duration(filter.staleAfter),
      silentFor: duration(filter.silentFor),
    }),
  );
}

export const searchOf = (filter: SessionFilter): Record<string, string> =>
  Object.fromEntries(
    Object.entries(inWords(filter)).map(([name, value]) => [
      name,
      value instanceof Date ? value.toISOString() : String(value),
    ]),
  );

/** Filters of every kind that an export supports. */
export const allFilters: fc.Arbitrary<SessionFilter> = fc.oneof(
  filters,
  fc.record({
    staleAfter: fc.constantFrom(3_600_000, 5 * 86_400_000),
    silentFor: fc.constantFrom(1_800_000, 3 * 86_400_000, null),
    phase: fc.constantFrom('review', null),
  }),
);

/** A database with one task and one session for each of these notes, an hour apart. */
export function fillNotes(app: TestApp, notes: readonly (string | null)[]): void {
  const connection = open(app.config.databaseFile);
  connection.exec(`
    INSERT INTO epics (id, key, title, status, priority) VALUES (1, 'E01', 'One', 'active', 'medium');
    INSERT INTO features (id, epic_id, key, title, status) VALUES (1, 1, 'E01-F01', 'One', 'active');
    INSERT INTO tasks (id, feature_id, key, title, status) VALUES (1, 1, 'T-E01-F01-001', 'Work', 'in_development')`);
  const insert = connection.prepare(
    `INSERT INTO task_sessions (task_id, agent_id, agent_type, phase, claimed_from, claimed_to, started_at, ended_at, outcome, notes)
     VALUES (1, '-x', NULL, 'development', 'ready_for_development', 'in_development', ?, ?, 'completed', ?)`,
  );
  for (const [index, note] of notes.entries()) {
    const at = (minutes: number) =>
      new Date(Date.UTC(2026, 0, 1, index, 0) + minutes * 60_000).toISOString().replace('Z', '+00:00');
    insert.run(at(0), at(30.5), note);
  }
}
