import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type PastSession,
  type RecordedSession,
  sessionsFromHistory,
} from '../../../src/domain/backfill/sessions-from-history.ts';
import type { HistoryRow } from '../../../src/domain/backfill/history-rows.ts';
import { isWork } from '../../../src/domain/workflow/status-names.ts';
import { defaultWorkflow } from '../workflow/workflows.ts';

/** A history in short: the new status, the minute, and other columns. */
function history(
  ...entries: [newStatus: string, minute: number | null, more?: Partial<HistoryRow>][]
): HistoryRow[] {
  return entries.map(([newStatus, minute, more], index) => ({
    id: index + 1,
    oldStatus: entries[index - 1]?.[0] ?? null,
    newStatus,
    agent: null,
    notes: null,
    rejectionReason: null,
    atMs: minute === null ? null : minute * 60_000,
    ...more,
  }));
}

const read = (entries: HistoryRow[], recorded: RecordedSession[] = []) =>
  sessionsFromHistory(defaultWorkflow, entries, recorded);

/** What was skipped, without the statuses. */
const skips = (entries: HistoryRow[], recorded: RecordedSession[] = []) =>
  read(entries, recorded).skipped.map(({ reason, historyId }) => [reason, historyId]);

const recordedAs = ({ claimedTo, startedAtMs, endedAtMs }: PastSession): RecordedSession => ({
  claimedTo,
  startedAtMs,
  endedAtMs,
});

describe('work in a history', () => {
  it('becomes a session from the row that starts it to the next row with another status', () => {
    expect(
      read(
        history(
          ['ready_for_development', 0, { agent: 'lead' }],
          ['in_development', 10, { agent: 'alice', notes: 'On it' }],
          ['ready_for_code_review', 25, { agent: 'bob', notes: 'All done' }],
        ),
      ),
    ).toEqual({
      sessions: [
        {
          historyId: 2,
          agentId: 'alice',
          phase: 'development',
          claimedFrom: 'ready_for_development',
          claimedTo: 'in_development',
          closedTo: 'ready_for_code_review',
          startedAtMs: 600_000,
          endedAtMs: 1_500_000,
          outcome: 'completed',
          notes: 'All done',
        },
      ],
      skipped: [],
    });
  });

  it.each([
    ['no agent', null],
    ['an empty name', ''],
  ])('has an unknown agent if the row has %s', (_what, agent) => {
    const { sessions } = read(history(['in_qa', 0, { agent }], ['ready_for_approval', 1]));
    expect(sessions).toMatchObject([{ agentId: 'unknown' }]);
  });

  it('has the rejection reason as its notes', () => {
    const { sessions } = read(
      history(
        ['in_qa', 0],
        ['in_development', 1, { notes: 'Back to alice', rejectionReason: 'It crashes' }],
        ['ready_for_code_review', 2, { notes: '', rejectionReason: '' }],
      ),
    );
    expect(sessions).toMatchObject([
      { outcome: 'rejected', notes: 'It crashes' },
      { outcome: 'completed', notes: null },
    ]);
  });

  it.each<[what: string, entries: HistoryRow[], claimedFrom: string]>([
    [
      'of the same row, even if previous rows are missing',
      history(['draft', 0], ['in_qa', 1, { oldStatus: 'ready_for_qa' }], ['ready_for_approval', 2]),
      'ready_for_qa',
    ],
    [
      'of the previous row, if its own row has no old status',
      history(['ready_for_qa', 0], ['in_qa', 1, { oldStatus: null }], ['ready_for_approval', 2]),
      'ready_for_qa',
    ],
    [
      'of the work itself, if no row has another status',
      history(['in_qa', 1], ['ready_for_approval', 2]),
      'in_qa',
    ],
  ])('was claimed from the status %s', (_what, entries, claimedFrom) => {
    expect(read(entries).sessions).toMatchObject([{ claimedFrom, claimedTo: 'in_qa' }]);
  });

  it('continues over rows with the same status or without a status', () => {
    const { sessions, skipped } = read(
      history(
        ['in_qa', 0],
        ['in_qa', 10, { agent: 'somebody else' }],
        ['', 20, { oldStatus: '' }],
        ['ready_for_approval', 30],
      ),
    );
    expect(sessions).toMatchObject([{ historyId: 1, agentId: 'unknown', endedAtMs: 1_800_000 }]);
    expect(skipped).toEqual([{ reason: 'no-status', historyId: 3, status: '' }]);
  });

  it('does not begin with a row whose old and new status are equal', () => {
    const entries = history(['in_qa', 0, { oldStatus: 'in_qa' }], ['ready_for_approval', 1]);
    expect(read(entries)).toEqual({ sessions: [], skipped: [] });
  });

  it('can start when other work ends', () => {
    const { sessions } = read(history(['in_qa', 0], ['in_development', 5], ['blocked', 7]));
    expect(sessions.map(({ claimedTo, outcome }) => [claimedTo, outcome])).toEqual([
      ['in_qa', 'rejected'],
      ['in_development', 'blocked'],
    ]);
  });
});

describe('skipped rows', () => {
  it.each<[what: string, entries: HistoryRow[], skipped: unknown[]]>([
    [
      'a status that is not in the workflow',
      history(['in_progress', 0], ['in_review', 1], ['completed', 2]),
      [
        ['unknown-status', 1],
        ['unknown-status', 2],
      ],
    ],
    ['unfinished work', history(['ready_for_qa', 0], ['in_qa', 1]), [['still-open', 2]]],
    ['unfinished work with a repeated status', history(['in_qa', 0], ['in_qa', 1]), [['still-open', 1]]],
    ['an unreadable start', history(['in_qa', null], ['completed', 1]), [['unreadable-time', 1]]],
    ['an unreadable end', history(['in_qa', 0], ['completed', null]), [['unreadable-time', 1]]],
    ['an end before the start', history(['in_qa', 1], ['completed', 0]), [['clock-went-back', 1]]],
  ])('%s', (_what, entries, skipped) => {
    expect(read(entries).sessions).toEqual([]);
    expect(skips(entries)).toEqual(skipped);
  });

  it('work that overlaps with earlier work', () => {
    const entries = history(
      ['in_development', 0],
      ['ready_for_qa', 60],
      ['in_qa', 59],
      ['ready_for_approval', 90],
      ['in_approval', 90],
      ['completed', 95],
    );
    expect(read(entries).sessions.map(({ claimedTo }) => claimedTo)).toEqual([
      'in_development',
      'in_approval',
    ]);
    expect(skips(entries)).toEqual([['clock-went-back', 3]]);
  });
});

describe('recorded sessions', () => {
  const entries = history(['ready_for_qa', 0], ['in_qa', 10], ['ready_for_approval', 20]);
  const session = (startMinute: number, endMinute: number | null, claimedTo = 'in_qa'): RecordedSession => ({
    claimedTo,
    startedAtMs: startMinute * 60_000,
    endedAtMs: endMinute === null ? null : endMinute * 60_000,
  });

  it.each<[what: string, recorded: RecordedSession]>([
    ['the same session', session(10, 20)],
    ['a session with the same start and a later end', session(10, 30)],
    ['a session during the work', session(12, 15, 'in_development')],
    ['a session that started before the work and ended during it', session(5, 11, 'in_development')],
    ['a session that started before the work and ended after it', session(5, 30)],
    ['an open session that started during the work', session(19, null)],
    ['a session of length zero during the work', session(15, 15, 'in_development')],
  ])('work is skipped if there is %s', (_what, recorded) => {
    expect(read(entries, [recorded]).sessions).toEqual([]);
    expect(skips(entries, [recorded])).toEqual([['already-recorded', 2]]);
  });

  it.each<[what: string, recorded: RecordedSession]>([
    ['ended when the work started', session(0, 10)],
    ['started when the work ended, and is open', session(20, null)],
    ['had length zero at the start of the work, in another status', session(10, 10, 'in_development')],
  ])('work is not skipped if the session %s', (_what, recorded) => {
    expect(read(entries, [recorded]).sessions).toHaveLength(1);
  });

  it('work is recorded by a session whose time an earlier version rounded up', () => {
    const at = (milliseconds: number) => ({ atMs: 600_000 + milliseconds });
    const work = history(
      ...([
        ['ready_for_qa', 0],
        ['in_qa', 10, at(113)],
        ['in_approval', 10, at(113)],
        ['completed', 20],
      ] as const satisfies Parameters<typeof history>),
    );
    const rounded = { claimedTo: 'in_qa', startedAtMs: 600_114, endedAtMs: 600_114 };

    expect(skips(work, [rounded])).toEqual([['already-recorded', 2]]);
    expect(read(work, [rounded]).sessions).toMatchObject([{ claimedTo: 'in_approval' }]);
  });

  it('a session of length zero matches only one piece of work', () => {
    const twice = history(
      ['ready_for_qa', 0],
      ['in_qa', 10],
      ['ready_for_qa', 10],
      ['in_qa', 10],
      ['ready_for_approval', 20],
    );
    const { sessions } = read(twice);
    expect(sessions).toHaveLength(2);
    expect(read(twice, sessions.map(recordedAs)).sessions).toEqual([]);
    // The first session was recorded while the second one was still open.
    expect(read(twice, sessions.slice(0, 1).map(recordedAs)).sessions).toEqual(sessions.slice(1));
  });
});

describe('all histories', () => {
  const statuses = [...defaultWorkflow.statuses.keys(), 'in_progress', 'todo', ''];
  const entries: fc.Arbitrary<HistoryRow[]> = fc
    .array(
      fc.record({
        oldStatus: fc.option(fc.constantFrom(...statuses)),
        newStatus: fc.constantFrom(...statuses),
        agent: fc.option(fc.constantFrom('alice', '')),
        notes: fc.constant(null),
        rejectionReason: fc.constant(null),
        step: fc.oneof(
          { weight: 8, arbitrary: fc.integer({ min: 0, max: 3 }) },
          { weight: 1, arbitrary: fc.integer({ min: -20, max: -1 }) },
        ),
        isReadable: fc.nat(15).map((number) => number > 0),
      }),
      { maxLength: 40 },
    )
    .map((rows) => {
      let atMs = 0;
      return rows.map(({ step, isReadable, ...row }, index) => {
        atMs += step;
        return { ...row, id: index + 1, atMs: isReadable ? atMs : null };
      });
    });

  it('return sessions that do not overlap and do not end before they start', () => {
    fc.assert(
      fc.property(entries, (rows) => {
        const { sessions } = read(rows);
        for (const [index, one] of sessions.entries()) {
          expect(one.endedAtMs).toBeGreaterThanOrEqual(one.startedAtMs);
          for (const other of sessions.slice(index + 1))
            expect(one.endedAtMs <= other.startedAtMs || other.endedAtMs <= one.startedAtMs).toBe(true);
        }
      }),
    );
  });

  it('return each start of work once: as a session or as skipped', () => {
    fc.assert(
      fc.property(entries, (rows) => {
        const named = rows.filter(({ newStatus }) => newStatus !== '');
        const begun = named.filter(
          ({ oldStatus, newStatus }, index) =>
            isWork(newStatus) && newStatus !== (named[index - 1]?.newStatus ?? oldStatus),
        );
        const { sessions, skipped } = read(rows);
        const accounted = [...sessions, ...skipped.filter(({ reason }) => reason !== 'no-status')]
          .map(({ historyId }) => historyId)
          .toSorted((one, other) => one - other);
        expect(accounted).toEqual(begun.map(({ id }) => id));
      }),
    );
  });

  it('return no sessions that are already recorded, even after the history has grown', () => {
    fc.assert(
      fc.property(entries, fc.nat(40), (rows, length) => {
        const before = read(rows.slice(0, length)).sessions;
        expect(read(rows.slice(0, length), before.map(recordedAs)).sessions).toEqual([]);

        const { sessions } = read(rows);
        expect(read(rows, before.map(recordedAs)).sessions).toEqual(sessions.slice(before.length));
      }),
    );
  });
});
