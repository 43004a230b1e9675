import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../src/db/snapshot.ts';
import { escapeFormula } from '../../../src/domain/export/spreadsheet-formulas.ts';
import { sessionsAsCsv } from '../../../src/domain/export/session-rows.ts';
import { testApp } from '../../support/app.ts';
import { clock, exported, fillNotes, parsed } from '../../support/exports.ts';

describe('the text of an export', () => {
  it('follows RFC 4180, with an empty cell for null', async () => {
    await using app = await testApp({ clock });
    fillNotes(app, [null, 'Done, "at last"']);

    expect(await exported(app)).toBe(
      [
        'task_key,agent_id,agent_type,phase,started_at,ended_at,duration_minutes,outcome,notes',
        `T-E01-F01-001,'-x,,development,2026-01-01T01:00:00.000Z,2026-01-01T01:30:30.000Z,30.5,completed,"Done, ""at last"""`,
        `T-E01-F01-001,'-x,,development,2026-01-01T00:00:00.000Z,2026-01-01T00:30:30.000Z,30.5,completed,`,
        '',
      ].join('\r\n'),
    );
  });

  it('is unchanged, except for an apostrophe before formulas', async () => {
    const notes = [
      '=1+1',
      '+1',
      '-1',
      '@x',
      '\tfirst a tab',
      '\rfirst a carriage return',
      '\nfirst a line feed',
      ' =1+1',
      `=cmd|' /C calc'!A0`,
      '"quoted"',
      '"',
      '""',
      'one, two; three',
      'two\r\nlines',
      'two\nlines',
      'two\rlines',
      'ends with a line break\r\n',
      '🦈 👩‍💻 é ü 漢字 \u202Eright to left',
      "'",
      "''",
      "'=1+1",
      "it's",
      ' spaces around ',
      'x'.repeat(10_000),
      '🦈,"\r\n'.repeat(2_000),
    ];
    await using app = await testApp({ clock });
    fillNotes(app, notes);

    const rows = parsed(await exported(app));

    expect(rows.map((cells) => cells.notes).toReversed()).toEqual(notes.map(escapeFormula));
    expect(rows.filter((cells, index) => cells.notes !== notes.toReversed()[index])).toHaveLength(10);
  });

  it('is unchanged for any text', () => {
    const unit = fc.oneof(
      fc.constantFrom(',', '"', '\r', '\n', ';', '\t', "'", '=', '-', '@', ' ', 'x'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    );
    const text = fc.string({ unit, minLength: 1 });
    const row = fc.record({ task_key: text, agent_id: text, agent_type: text, phase: text, notes: text });
    const times = { started_at: '2026-01-11T10:00:00.000Z', ended_at: '2026-01-11T10:30:00.000Z' };
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const page = { filter: {}, after: undefined, atMost: { rows: 100, charactersOfNotes: 10_000 } };
        const { lines } = sessionsAsCsv(
          { snapshot: snapshotOf(rows.map((cells) => ({ ...cells, ...times }))), now: clock.now() },
          page,
        );
        const read = rows.map((cells) => ({
          ...times,
          duration_minutes: '',
          outcome: '',
          ...Object.fromEntries(
            Object.entries(cells).map(([column, written]) => [column, escapeFormula(written)]),
          ),
        }));
        expect(parsed(new TextDecoder('utf-8', { ignoreBOM: true }).decode(lines))).toEqual(read);
      }),
      { numRuns: 300 },
    );
  });
});

/** A snapshot that returns these rows for every statement. */
function snapshotOf(rows: readonly object[]): Snapshot {
  return {
    all: () => [],
    iterate: () => JSON.parse(JSON.stringify(rows)).values(),
    throwIfAborted: () => {},
  };
}

it('a session of a missing task has no key', async () => {
  await using app = await testApp({ clock });
  fillNotes(app, ['Done']);
  app.change('PRAGMA foreign_keys = OFF; DROP TRIGGER task_sessions_follow_their_task; DELETE FROM tasks');
  expect(parsed(await exported(app))).toMatchObject([{ task_key: '', agent_id: "'-x", notes: 'Done' }]);
});
