import { stringify } from 'csv-stringify/sync';
import type { Snapshot } from '../../db/snapshot.ts';
import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { sql } from 'kysely';
import type { Sql } from '../../db/statements.ts';
import { selectsOnlyOpen, type SessionFilter, sessionsWhere } from '../sessions/filter.ts';
import { isAfter, type SessionPosition } from '../sessions/pages.ts';
import { escapeFormula } from './spreadsheet-formulas.ts';

/** The names of the CSV columns in order. Other programs rely on these names. */
export const sessionColumns = [
  'task_key',
  'agent_id',
  'agent_type',
  'phase',
  'started_at',
  'ended_at',
  'duration_minutes',
  'outcome',
  'notes',
] as const;

/** Selects one page of a CSV file of sessions. */
export interface CsvPage {
  filter: SessionFilter;
  /** The last session of the previous page. Undefined for the first page, which starts with the column names. */
  after: SessionPosition | undefined;
  /** A page ends when it reaches one of these limits. `charactersOfNotes` keeps a page with long notes small. */
  atMost: { rows: number; charactersOfNotes: number };
}

export interface CsvText {
  /** Complete lines in UTF-8. */
  lines: Uint8Array<ArrayBuffer>;
  /** The last session of this page. Null if no page follows. */
  next: SessionPosition | null;
}

type Row = Record<
  Exclude<(typeof sessionColumns)[number], 'started_at' | 'duration_minutes' | 'notes'>,
  string | null
> & {
  id: number;
  started_at: string;
  duration_minutes: number | null;
  notes: string | null;
};

/**
 * Returns sessions as CSV lines (RFC 4180), latest start first. Minutes have at most three decimals. Missing values are
 * empty cells.
 */
export function sessionsAsCsv(
  { snapshot, now }: { snapshot: Snapshot; now: Date },
  { filter, after, atMost }: CsvPage,
): CsvText {
  const rows: Row[] = [];
  let characters = 0;
  let next: SessionPosition | null = null;
  for (const row of snapshot.iterate<Row>(selectRows({ filter, after, atMost }, now))) {
    const last = rows.at(-1);
    if (last !== undefined && (rows.length >= atMost.rows || characters >= atMost.charactersOfNotes)) {
      next = { id: last.id, at: new Date(last.started_at) };
      break;
    }
    rows.push(row);
    characters += row.notes?.length ?? 0;
  }
  return { lines: new TextEncoder().encode(asLines(rows, { header: after === undefined })), next };
}

function asLines(rows: readonly Row[], { header }: { header: boolean }): string {
  return stringify([...rows], {
    columns: [...sessionColumns],
    header,
    record_delimiter: 'windows',
    // Spreadsheets start a new row at each line break, so quote text with line breaks. By default, `stringify` quotes
    // only text with CRLF.
    quote_record_delimiter: true,
    cast: { string: escapeFormula },
  });
}

/** Returns SQL for the rows of a page, and one extra row that shows whether another page follows. */
function selectRows({ filter, after, atMost }: CsvPage, now: Date): Sql {
  return sql`
    SELECT session.id AS id, task.key AS task_key, session.agent_id AS agent_id, session.agent_type AS agent_type,
      session.phase AS phase, ${apiTime(sql`session.started_at`)} AS started_at,
      ${apiTime(sql`session.ended_at`)} AS ended_at, session.duration_minutes AS duration_minutes,
      session.outcome AS outcome, session.notes AS notes
    FROM task_sessions session ${indexInOrder(filter)} LEFT JOIN tasks task ON task.id = session.task_id
    WHERE ${abortCheck(sql`session.id`)} AND ${sessionsWhere(filter, now)}
      ${after === undefined ? sql`` : isAfter(sql`session.started_at`, after, false)}
    ORDER BY session.started_at DESC, session.id DESC
    LIMIT ${atMost.rows + 1}`;
}

/**
 * Makes SQLite read the sessions in the order of an index. Otherwise, it would sort all selected sessions for each
 * page.
 */
function indexInOrder(filter: SessionFilter): Sql {
  // These filters select few sessions, which SQLite sorts quickly.
  if (selectsOnlyOpen(filter) || isGiven(filter.taskKey)) return sql``;
  return isGiven(filter.agentId)
    ? sql`INDEXED BY idx_task_sessions_agent_id`
    : sql`INDEXED BY idx_task_sessions_started_at`;
}

/** Returns SQL for a time of `task_sessions` in ISO 8601, in UTC with milliseconds. */
function apiTime(column: Sql): Sql {
  return sql`replace(${column}, '+00:00', 'Z')`;
}

function isGiven(text: string | null | undefined): boolean {
  return typeof text === 'string';
}
