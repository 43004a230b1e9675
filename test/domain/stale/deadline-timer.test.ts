import { describe, expect, it } from 'vitest';
import { createPollingCommitSignal } from '../../../src/db/sqlite/polling-commit-signal.ts';
import { createDeadlineTimer } from '../../../src/domain/stale/deadline-timer.ts';
import { createClockJumps } from '../../../src/domain/stale/clock-jumps.ts';
import { manualClock } from '../../support/manual-clock.ts';

const seconds = 1_000;
const hours = 3_600 * seconds;
const thresholdMs = 4 * hours;

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A timer for a table of sessions that have only a start time. Counts the polls of the table. */
function timerOverTable() {
  const clock = manualClock();
  const starts = new Set<number>();
  const table = { polls: 0, fails: false };
  const errors: unknown[] = [];
  const jumps = createClockJumps(clock);
  const jumped: number[] = [];
  jumps.listen((byMs) => jumped.push(byMs));
  /** The time of the poll for each overdue session. */
  const found: string[] = [];
  // The signal checks the file once per second. The clock under test must not see those timers.
  const commits = createPollingCommitSignal({
    clock: { ...clock, setTimer: () => ({ cancel: () => {} }) },
    dataVersion: () => Promise.resolve(1),
    onError: () => {},
  });
  const deadlineTimer = createDeadlineTimer({
    clock,
    jumps,
    commits,
    thresholdMs,
    async poll() {
      table.polls += 1;
      if (table.fails) throw new Error('disk I/O error');
      const now = clock.now();
      for (const start of starts)
        if (start + thresholdMs <= now.getTime()) {
          starts.delete(start);
          found.push(now.toISOString());
        }
      return starts.size === 0 ? null : new Date(Math.min(...starts) + thresholdMs);
    },
    onError: (error) => errors.push(error),
  });
  return {
    clock,
    commits,
    table,
    errors,
    jumped,
    found,
    deadlineTimer,
    async start() {
      deadlineTimer.start();
      await settled();
    },
    /** Opens a session in this process. */
    async claim() {
      starts.add(clock.now().getTime());
      commits.announce('here');
      await settled();
    },
    /** Adds a session without a commit signal. */
    add(startedAt: Date) {
      starts.add(startedAt.getTime());
    },
    async advance(milliseconds: number) {
      clock.advance(milliseconds);
      await settled();
    },
  };
}

const ago = (clock: { now(): Date }, milliseconds: number) => new Date(clock.now().getTime() - milliseconds);

describe('the deadline timer', () => {
  it('sets no timer and runs no poll before it is started', async () => {
    const { claim, advance, table, clock, start } = timerOverTable();
    await claim();
    await advance(thresholdMs);
    expect(table.polls).toBe(0);
    expect(clock.pending).toEqual([]);

    await start();
    expect(table.polls, 'it is started').toBe(1);
  });

  it('sets no timer while no session is active, and polls after each commit', async () => {
    const { start, advance, table, clock, commits, found, claim } = timerOverTable();
    await start();
    expect(clock.pending).toEqual([]);
    expect(table.polls).toBe(1);

    await advance(24 * hours);
    expect(table.polls).toBe(1);

    commits.announce('here');
    await settled();
    expect(table.polls).toBe(2);
    expect(clock.pending).toEqual([]);

    await claim();
    expect(clock.pending).toHaveLength(1);
    expect(found).toEqual([]);
    await advance(thresholdMs);
    expect(found).toEqual(['2026-01-12T14:00:00.000Z']);
  });

  it('polls at the exact millisecond of the next deadline, then waits for the one after it', async () => {
    const { clock, add, start, advance, found } = timerOverTable();
    add(ago(clock, 3 * hours));
    add(ago(clock, 1 * hours));
    await start();

    await advance(1 * hours - 1);
    expect(found).toEqual([]);
    expect(clock.pending).toEqual([1]);
    await advance(1);
    expect(found).toEqual(['2026-01-11T11:00:00.000Z']);

    await advance(2 * hours - 1);
    expect(found).toHaveLength(1);
    await advance(1);
    expect(found).toEqual(['2026-01-11T11:00:00.000Z', '2026-01-11T13:00:00.000Z']);
    expect(clock.pending).toEqual([]);
  });

  it('does not poll between deadlines, regardless of commits of this process', async () => {
    const { clock, add, start, advance, claim, table } = timerOverTable();
    add(ago(clock, 1 * hours));
    await start();
    expect(table.polls).toBe(1);

    for (let minute = 0; minute < 60; minute += 1) {
      await claim();
      await advance(60 * seconds);
    }
    expect(table.polls).toBe(1);
    expect(clock.pending).toHaveLength(1);

    await advance(2 * hours);
    expect(table.polls, 'after a deadline').toBe(2);
  });

  it('sets no timer when it is stopped during a poll', async () => {
    const { clock, add, deadlineTimer, table } = timerOverTable();
    add(clock.now());
    deadlineTimer.start();
    deadlineTimer.stop();
    await settled();
    expect(table.polls).toBe(1);
    expect(clock.pending).toEqual([]);
  });

  it('waits again when its timer fires early', async () => {
    const { clock, add, start, found, advance, table } = timerOverTable();
    add(ago(clock, 3 * hours));
    await start();
    // The clock is set back, so the timer fires long before the deadline.
    clock.jumpTo('2026-01-11T09:00:00.000Z');

    await advance(1 * hours);
    expect(found).toEqual([]);
    expect(table.polls).toBe(1);
    await advance(1 * hours);
    expect(found).toEqual(['2026-01-11T11:00:00.000Z']);
  });

  it('finds everything that is overdue when its timer fires late', async () => {
    const { clock, add, start, found, advance } = timerOverTable();
    for (const minutes of [1, 2, 3]) add(ago(clock, 3 * hours - minutes * 60 * seconds));
    add(clock.now());
    await start();
    // The machine sleeps for two hours, and its timers stop meanwhile.
    clock.jumpTo('2026-01-11T12:00:00.000Z');

    await advance(1 * seconds);
    expect(found).toEqual(Array(3).fill('2026-01-11T12:00:01.000Z'));
    await advance(2 * hours);
    expect(found.slice(3)).toEqual(['2026-01-11T14:00:00.000Z']);
  });

  it('polls for a claim made after the clock was set back, which is due before the current deadline', async () => {
    const { clock, add, start, claim, found, advance } = timerOverTable();
    add(clock.now());
    await start();
    clock.jumpTo('2026-01-11T07:00:00.000Z');
    await claim();

    await advance(thresholdMs);
    expect(found).toEqual(['2026-01-11T11:00:00.000Z']);
    await advance(3 * hours);
    expect(found).toEqual(['2026-01-11T11:00:00.000Z', '2026-01-11T14:00:00.000Z']);
  });

  it('polls after a commit of another process, and waits for the session that it opened', async () => {
    const { clock, commits, add, start, found, advance, table } = timerOverTable();
    add(clock.now());
    await start();
    await advance(1 * hours);

    add(ago(clock, 3 * hours));
    commits.announce('elsewhere');
    await settled();
    expect(table.polls).toBe(2);
    expect(found).toEqual([]);

    await advance(1 * hours);
    expect(found).toEqual(['2026-01-11T12:00:00.000Z']);
  });

  it('finds what became due during a poll', async () => {
    const { clock, add, deadlineTimer, found } = timerOverTable();
    add(ago(clock, thresholdMs - 10));
    deadlineTimer.start();
    // The deadline passes before the poll ends.
    clock.advance(20);
    await settled();
    clock.advance(0);
    await settled();
    expect(found).toEqual(['2026-01-11T10:00:00.020Z']);
  });

  it('polls once more when something happened during a poll', async () => {
    const { clock, commits, add, start, deadlineTimer, table, found } = timerOverTable();
    await start();
    commits.announce('elsewhere');
    add(ago(clock, thresholdMs));
    commits.announce('elsewhere');
    deadlineTimer.pollNow();
    await settled();
    expect(table.polls, 'two requests during a poll cause one more poll').toBe(3);
    expect(found).toEqual(['2026-01-11T10:00:00.000Z']);
  });

  it('reports a failed poll, and polls again after a second', async () => {
    const { clock, add, start, table, errors, found, advance } = timerOverTable();
    add(ago(clock, 3 * hours));
    table.fails = true;
    await start();
    expect(errors).toEqual([new Error('disk I/O error')]);
    expect(clock.pending).toEqual([1 * seconds]);
    await advance(1 * seconds);
    expect(errors).toHaveLength(2);

    table.fails = false;
    await advance(1 * seconds);
    expect(errors).toHaveLength(2);
    await advance(1 * hours);
    expect(found).toEqual(['2026-01-11T11:00:00.000Z']);
  });

  it('waits for a deadline beyond the longest delay of a timer', async () => {
    const { clock, add, start, found, table } = timerOverTable();
    // Written by another machine, whose clock is a century ahead.
    add(new Date('2126-01-11T10:00:00.000Z'));
    await start();
    expect(Math.max(...clock.pending)).toBeLessThan(2 ** 31);
    clock.jumpTo('2126-01-11T13:59:59.000Z');
    clock.advance(999);
    expect(found).toEqual([]);
    expect(table.polls).toBe(1);
    clock.advance(1);
    await settled();
    expect(found).toEqual(['2126-01-11T14:00:00.000Z']);
  });

  it('does nothing once it is stopped', async () => {
    const { clock, add, deadlineTimer, start, commits, found, table, advance } = timerOverTable();
    add(ago(clock, 3 * hours));
    await start();
    deadlineTimer.stop();
    expect(clock.pending).toEqual([]);
    commits.announce('elsewhere');
    await advance(1 * hours);
    expect(found).toEqual([]);
    expect(table.polls).toBe(1);
  });

  it('detects within a second that the clock was set, in either direction', async () => {
    const { clock, add, start, jumped, advance } = timerOverTable();
    add(clock.now());
    await start();
    await advance(10 * seconds);
    clock.jumpTo('2026-01-11T09:00:10.000Z');
    expect(jumped).toEqual([]);
    await advance(1 * seconds);
    expect(jumped).toEqual([-1 * hours]);
    clock.jumpTo('2026-01-11T12:00:11.000Z');
    await advance(1 * seconds);
    expect(jumped).toEqual([-1 * hours, 3 * hours]);
    await advance(60 * seconds);
    expect(jumped).toHaveLength(2);
  });
});

describe('clock jumps', () => {
  it('are not reported when the process was paused between two readings', () => {
    const clock = manualClock();
    let isPaused = false;
    const now = () => {
      const instant = clock.now();
      if (isPaused) clock.advance(10 * seconds);
      isPaused = false;
      return instant;
    };
    const jumps = createClockJumps({ ...clock, now });
    const jumped: number[] = [];
    jumps.listen((byMs) => jumped.push(byMs));
    isPaused = true;
    jumps.check();
    jumps.check();
    expect(jumped).toEqual([]);
  });

  it('are not reported for small corrections', () => {
    const clock = manualClock();
    const jumps = createClockJumps(clock);
    const jumped: number[] = [];
    const unlisten = jumps.listen((byMs) => jumped.push(byMs));
    for (const [to, reported] of [
      ['2026-01-11T10:00:00.250Z', []],
      ['2026-01-11T10:00:00.000Z', []],
      ['2026-01-11T10:00:00.251Z', [251]],
      ['2026-01-11T10:00:00.000Z', [251, -251]],
    ] as const) {
      clock.jumpTo(to);
      jumps.check();
      expect(jumped).toEqual(reported);
    }
    unlisten();
    clock.jumpTo('2027-01-01T00:00:00.000Z');
    jumps.check();
    expect(jumped).toHaveLength(2);
  });
});
