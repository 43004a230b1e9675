import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSnapshots } from '../../../src/db/sqlite/open-snapshots.ts';
import type { Snapshot } from '../../../src/db/snapshot.ts';
import { inspectTables } from '../../../src/db/sqlite/inspect-tables.ts';
import {
  type CsvPage,
  type CsvText,
  sessionColumns,
  sessionsAsCsv,
} from '../../../src/domain/export/session-rows.ts';
import type { SessionFilter } from '../../../src/domain/sessions/filter.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { compiled } from '../../support/compiled.ts';
import { allFilters, clock, exported, fillNotes, filledApp, searchOf } from '../../support/exports.ts';
import { createSharkDatabase, open } from '../../support/shark-databases.ts';

/** The file, read in pages of this size. */
function pagesOf(app: TestApp, filter: SessionFilter, atMost: CsvPage['atMost']): CsvText[] {
  const { databaseFile: file } = app.config;
  const snapshots = openSnapshots({
    file,
    tables: inspectTables(open(file)),
    setUp: '',
    isAborted: () => false,
  });
  onTestFinished(() => snapshots.close());
  const pages: CsvText[] = [];
  let after: CsvPage['after'] | null;
  while (after !== null) {
    const page = { filter, after, atMost };
    const read = snapshots.read((snapshot) => sessionsAsCsv({ snapshot, now: clock.now() }, page));
    pages.push(read);
    after = read.next;
  }
  return pages;
}

const textOf = (pages: readonly CsvText[]) =>
  pages.map(({ lines }) => new TextDecoder().decode(lines)).join('');
const linesIn = ({ lines }: CsvText) => new TextDecoder().decode(lines).split('\r\n').length - 1;

describe('the pages of an export', () => {
  it('form the same file for every page size', async () => {
    const app = await filledApp();
    await fc.assert(
      fc.asyncProperty(allFilters, fc.integer({ min: 1, max: 70 }), async (filter, rows) => {
        expect(textOf(pagesOf(app, filter, { rows, charactersOfNotes: 1_000 }))).toBe(
          await exported(app, searchOf(filter)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('have the requested number of rows, and the last page ends the file', async () => {
    const app = await filledApp();
    const pages = pagesOf(app, {}, { rows: 20, charactersOfNotes: 1_000 });
    expect(pages.map(linesIn)).toEqual([1 + 20, 20, 20]);
  });

  it('have fewer rows if notes are long', async () => {
    await using app = await testApp({ clock });
    fillNotes(app, ['x'.repeat(1_001), 'x'.repeat(600), 'x'.repeat(300), 'x'.repeat(200), null]);
    const pages = pagesOf(app, {}, { rows: 20, charactersOfNotes: 1_000 });
    expect(pages.map(linesIn)).toEqual([1 + 4, 1]);
  });
});

it.each<[what: string, filter: SessionFilter, index: RegExp]>([
  ['all sessions', {}, /SCAN session USING INDEX idx_task_sessions_started_at/],
  ['a window', { endedSince: new Date(0), endedUntil: new Date(1) }, /INDEX idx_task_sessions_started_at/],
  ['a phase and a window', { phase: 'qa', endedSince: new Date(0) }, /INDEX idx_task_sessions_started_at/],
  ['an epic', { epicKey: 'E01' }, /INDEX idx_task_sessions_started_at/],
  [
    'an agent id and a window',
    { agentId: 'ada', endedSince: new Date(0) },
    /INDEX idx_task_sessions_agent_id/,
  ],
  [
    'an agent id or type, and a window',
    { agent: 'backend', endedSince: new Date(0) },
    /INDEX idx_task_sessions_started_at/,
  ],
  ['an agent id and a type', { agentId: 'ada', agent: 'backend' }, /INDEX idx_task_sessions_agent_id/],
  [
    'open sessions of an agent id or type',
    { active: true, agent: 'backend' },
    /INDEX idx_task_sessions_active_started_at/,
  ],
  ['open sessions', { active: true }, /INDEX idx_task_sessions_active_started_at/],
])('a page of %s is read in index order', async (_what, filter, index) => {
  const app = await filledApp();
  const connection = open(app.config.databaseFile);
  connection.function('throw_if_aborted', () => 1);
  let plan = '';
  const snapshot: Snapshot = {
    all: () => [],
    iterate(statement) {
      const { sql, parameters } = compiled(statement);
      const steps = connection.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
      plan = steps
        .all(parameters.map(String))
        .map(({ detail }) => detail)
        .join('\n');
      return [].values();
    },
    throwIfAborted: () => {},
  };
  const page = { filter, after: undefined, atMost: { rows: 10, charactersOfNotes: 10 } };
  sessionsAsCsv({ snapshot, now: clock.now() }, page);

  expect(plan).toMatch(index);
  expect(plan).not.toContain('TEMP B-TREE');
});

it.each<Record<string, string>>([
  {},
  { agentId: 'ada' },
  { active: 'true' },
  { epicKey: 'E01', endedSince: '2026-01-01' },
])('without task_sessions, the file of %j has only the column names', async (search) => {
  await using app = await testApp({
    clock,
    config: { databaseFile: createSharkDatabase('oldest'), migrate: false },
  });
  expect(await exported(app, search)).toBe(`${sessionColumns.join(',')}\r\n`);
});
