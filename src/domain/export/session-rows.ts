import { stringify } from 'csv-stringify/sync';
import type { Snapshot } from '../../db/snapshot.ts';
import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { selectsOnlyOpen, type SessionFilter, sessionsWhere } from '../sessions/filter.ts';
import { isAfter, type SessionPosition } from '../sessions/pages.ts';
import { escapeFormula } from './spreadsheet-formulas.ts';

/** The names of the columns in order. They are a public interface. */
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

/** A page of a CSV file. */
export interface CsvPage {
  filter: SessionFilter;
  /** The last session of the previous page. Undefined for the first page, which starts with the column names. */
  after: SessionPosition | undefined;
  /** The limits of a page, which ends when one of them is reached. Long notes make pages large. */
  atMost: { rows: number; charactersOfNotes: number };
}

export interface CsvText {
  /** Complete lines in UTF-8. */
  lines: Uint8Array<ArrayBuffer>;
  /** The position for `after` of the next page; null on the last page. */
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
 * Sessions as CSV lines (RFC 4180), most recently started first. Null and the key of a missing task are empty cells.
 * Times are ISO 8601 in UTC with milliseconds. Minutes have at most three decimals. Text that a spreadsheet would run as
 * a formula is escaped: see escapeFormula.
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
    // Quote every line break. By default, only CRLF is quoted, but spreadsheets start a new row at any line break.
    quote_record_delimiter: true,
    cast: { string: escapeFormula },
  });
}

/** Selects one row more than the page has, to see whether there is another page. */
function selectRows({ filter, after, atMost }: CsvPage, now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT session.id AS id, task.key AS task_key, session.agent_id AS agent_id, session.agent_type AS agent_type,
      session.phase AS phase, ${apiTime(Prisma.sql`session.started_at`)} AS started_at,
      ${apiTime(Prisma.sql`session.ended_at`)} AS ended_at, session.duration_minutes AS duration_minutes,
      session.outcome AS outcome, session.notes AS notes
    FROM task_sessions session ${indexInOrder(filter)} LEFT JOIN tasks task ON task.id = session.task_id
    WHERE ${abortCheck(Prisma.sql`session.id`)} AND ${sessionsWhere(filter, now)}
      ${after === undefined ? Prisma.empty : isAfter(Prisma.sql`session.started_at`, after, false)}
    ORDER BY session.started_at DESC, session.id DESC
    LIMIT ${atMost.rows + 1}`;
}

/**
 * Makes SQLite use an index in the order of the file, unless the filter selects few sessions. All pages together then
 * scan the index once. By default, SQLite would collect and sort all selected sessions again for each page.
 */
function indexInOrder(filter: SessionFilter): Prisma.Sql {
  if (selectsOnlyOpen(filter) || isGiven(filter.taskKey)) return Prisma.empty;
  return isGiven(filter.agentId)
    ? Prisma.sql`INDEXED BY idx_task_sessions_agent_id`
    : Prisma.sql`INDEXED BY idx_task_sessions_started_at`;
}

/** A time column of `task_sessions` in the format of the API. */
function apiTime(column: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`replace(${column}, '+00:00', 'Z')`;
}

function isGiven(text: string | null | undefined): boolean {
  return typeof text === 'string';
}
