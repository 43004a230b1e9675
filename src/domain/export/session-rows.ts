import { stringify } from 'csv-stringify/sync';
import type { Snapshot } from '../../db/snapshot.ts';
import { abortCheck } from '../../db/sqlite/abort-check.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { selectsOnlyOpen, type SessionFilter, sessionsWhere } from '../sessions/filter.ts';
import { isAfter, type SessionPosition } from '../sessions/pages.ts';
import { withoutFormula } from './spreadsheet-formulas.ts';

/** The columns, in their order. Programs read them by these names. */
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

/** So many sessions of a file, from a place on. */
export interface CsvPage {
  filter: SessionFilter;
  /** Undefined for the beginning of the file, which has the names of the columns. */
  after: SessionPosition | undefined;
  /** A page ends when either is reached: sessions may have notes of any length. */
  atMost: { rows: number; charactersOfNotes: number };
}

export interface CsvText {
  /** Whole lines, in UTF-8. */
  lines: Uint8Array<ArrayBuffer>;
  /** The place behind which the file goes on; null at its end. */
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
 * Sessions as lines of RFC 4180, most recently started first. What is null is an empty cell, and so is the key of a
 * task that is missing. Times are ISO 8601 in UTC with milliseconds, as everywhere in the API; minutes have three
 * decimals at most. Text that a spreadsheet would take for a formula has an apostrophe in front: see withoutFormula.
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
    // Else only CRLF is put in quotes, and spreadsheets begin a row at any line break.
    quote_record_delimiter: true,
    cast: { string: withoutFormula },
  });
}

/** One row more than wanted, which tells whether the file goes on. */
function selectRows({ filter, after, atMost }: CsvPage, now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT session.id AS id, task.key AS task_key, session.agent_id AS agent_id, session.agent_type AS agent_type,
      session.phase AS phase, ${apiTime(Prisma.sql`session.started_at`)} AS started_at,
      ${apiTime(Prisma.sql`session.ended_at`)} AS ended_at, session.duration_minutes AS duration_minutes,
      session.outcome AS outcome, session.notes AS notes
    FROM task_sessions session ${inOrderOf(filter)} LEFT JOIN tasks task ON task.id = session.task_id
    WHERE ${abortCheck(Prisma.sql`session.id`)} AND ${sessionsWhere(filter, now)}
      ${after === undefined ? Prisma.empty : isAfter(Prisma.sql`session.started_at`, after, false)}
    ORDER BY session.started_at DESC, session.id DESC
    LIMIT ${atMost.rows + 1}`;
}

/**
 * The index that has the sessions in order, where not only a few are meant. Then each page goes on where the last one
 * ended, and all of them together walk the index once. Left to itself, SQLite would find all that is wanted in an
 * index of ends, and sort it, for each page again.
 */
function inOrderOf(filter: SessionFilter): Prisma.Sql {
  if (selectsOnlyOpen(filter) || isGiven(filter.taskKey)) return Prisma.empty;
  return isGiven(filter.agentId)
    ? Prisma.sql`INDEXED BY idx_task_sessions_agent_id`
    : Prisma.sql`INDEXED BY idx_task_sessions_started_at`;
}

/** A time of `task_sessions` as the API writes it. */
function apiTime(column: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`replace(${column}, '+00:00', 'Z')`;
}

function isGiven(text: string | null | undefined): boolean {
  return typeof text === 'string';
}
