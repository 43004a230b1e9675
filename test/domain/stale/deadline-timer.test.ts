import { describe, expect, it } from 'vitest';
import { createPollingCommitSignal } from '../../../src/db/sqlite/polling-commit-signal.ts';
import { createDeadlineTimer } from '../../../src/domain/stale/deadline-timer.ts';
import { createClockJumps } from '../../../src/domain/stale/clock-jumps.ts';
import { manualClock } from '../../support/manual-clock.ts';

const seconds = 1_000;
const hours = 3_600 * seconds;
const thresholdMs = 4 * hours;

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** An alarm over sessions that are no more than their starts, in a table that tells how often it is looked at. */
function alarmOverTable() {
  const clock = manualClock();
  const starts = new Set<number>();
  const table = { looks: 0, fails: false };
  const errors: unknown[] = [];
  const jumps = createClockJumps(clock);
  const jumped: number[] = [];
  jumps.listen((byMs) => jumped.push(byMs));
  /** At what time the table was looked at, for each start that was found to be overdue. */
  const found: string[] = [];
  // Its own looks at the file are none of the alarm's.
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
      table.looks += 1;
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
    /** A session is opened by this process. */
    async claim() {
      starts.add(clock.now().getTime());
      commits.announce('here');
      await settled();
    },
    /** A session is there that this process knows nothing of. */
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

describe('the alarm', () => {
  it('looks at nothing and waits for nothing before it is started', async () => {
    const { claim, advance, table, clock, start } = alarmOverTable();
    await claim();
    await advance(thresholdMs);
    expect(table.looks).toBe(0);
    expect(clock.pending).toEqual([]);

    await start();
    expect(table.looks, 'it is started').toBe(1);
  });

  it('waits for nothing while nothing is open, and looks at each commit', async () => {
    const { start, advance, table, clock, commits, found, claim } = alarmOverTable();
    await start();
    expect(clock.pending).toEqual([]);
    expect(table.looks).toBe(1);

    await advance(24 * hours);
    expect(table.looks).toBe(1);

    commits.announce('here');
    await settled();
    expect(table.looks).toBe(2);
    expect(clock.pending).toEqual([]);

    await claim();
    expect(clock.pending).toHaveLength(1);
    expect(found).toEqual([]);
    await advance(thresholdMs);
    expect(found).toEqual(['2026-01-12T14:00:00.000Z']);
  });

  it('looks at the very millisecond of the next deadline, and then waits for the one behind it', async () => {
    const { clock, add, start, advance, found } = alarmOverTable();
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

  it('looks at nothing between deadlines, whatever this process commits', async () => {
    const { clock, add, start, advance, claim, table } = alarmOverTable();
    add(ago(clock, 1 * hours));
    await start();
    expect(table.looks).toBe(1);

    for (let minute = 0; minute < 60; minute += 1) {
      await claim();
      await advance(60 * seconds);
    }
    expect(table.looks).toBe(1);
    expect(clock.pending).toHaveLength(1);

    await advance(2 * hours);
    expect(table.looks, 'a deadline passed').toBe(2);
  });

  it('waits for nothing when it is stopped while it looks', async () => {
    const { clock, add, deadlineTimer, table } = alarmOverTable();
    add(clock.now());
    deadlineTimer.start();
    deadlineTimer.stop();
    await settled();
    expect(table.looks).toBe(1);
    expect(clock.pending).toEqual([]);
  });

  it('waits again when its timer comes early', async () => {
    const { clock, add, start, found, advance, table } = alarmOverTable();
    add(ago(clock, 3 * hours));
    await start();
    // The clock is set back, so the timer comes long before the deadline.
    clock.jumpTo('2026-01-11T09:00:00.000Z');

    await advance(1 * hours);
    expect(found).toEqual([]);
    expect(table.looks).toBe(1);
    await advance(1 * hours);
    expect(found).toEqual(['2026-01-11T11:00:00.000Z']);
  });

  it('finds all that is overdue when it comes late', async () => {
    const { clock, add, start, found, advance } = alarmOverTable();
    for (const minutes of [1, 2, 3]) add(ago(clock, 3 * hours - minutes * 60 * seconds));
    add(clock.now());
    await start();
    // The machine sleeps for two hours; its timers stand still.
    clock.jumpTo('2026-01-11T12:00:00.000Z');

    await advance(1 * seconds);
    expect(found).toEqual(Array(3).fill('2026-01-11T12:00:01.000Z'));
    await advance(2 * hours);
    expect(found.slice(3)).toEqual(['2026-01-11T14:00:00.000Z']);
  });

  it('looks at a claim made after the clock was set back, which is due before what it waits for', async () => {
    const { clock, add, start, claim, found, advance } = alarmOverTable();
    add(clock.now());
    await start();
    clock.jumpTo('2026-01-11T07:00:00.000Z');
    await claim();

    await advance(thresholdMs);
    expect(found).toEqual(['2026-01-11T11:00:00.000Z']);
    await advance(3 * hours);
    expect(found).toEqual(['2026-01-11T11:00:00.000Z', '2026-01-11T14:00:00.000Z']);
  });

  it('looks when another process wrote, and waits for what that may have opened', async () => {
    const { clock, commits, add, start, found, advance, table } = alarmOverTable();
    add(clock.now());
    await start();
    await advance(1 * hours);

    add(ago(clock, 3 * hours));
    commits.announce('elsewhere');
    await settled();
    expect(table.looks).toBe(2);
    expect(found).toEqual([]);

    await advance(1 * hours);
    expect(found).toEqual(['2026-01-11T12:00:00.000Z']);
  });

  it('finds what became due while it was looking', async () => {
    const { clock, add, deadlineTimer, found } = alarmOverTable();
    add(ago(clock, thresholdMs - 10));
    deadlineTimer.start();
    // The look is on its way, and takes longer than the deadline is away.
    clock.advance(20);
    await settled();
    clock.advance(0);
    await settled();
    expect(found).toEqual(['2026-01-11T10:00:00.020Z']);
  });

  it('looks once more when something happened during a look', async () => {
    const { clock, commits, add, start, deadlineTimer, table, found } = alarmOverTable();
    await start();
    commits.announce('elsewhere');
    add(ago(clock, thresholdMs));
    commits.announce('elsewhere');
    deadlineTimer.pollNow();
    await settled();
    expect(table.looks, 'the two that came during the look are one').toBe(3);
    expect(found).toEqual(['2026-01-11T10:00:00.000Z']);
  });

  it('reports a look that fails, and looks again after a second', async () => {
    const { clock, add, start, table, errors, found, advance } = alarmOverTable();
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

  it('waits for a deadline that is farther away than a timer can count', async () => {
    const { clock, add, start, found, table } = alarmOverTable();
    // Another machine, whose clock is wrong by a century.
    add(new Date('2126-01-11T10:00:00.000Z'));
    await start();
    expect(Math.max(...clock.pending)).toBeLessThan(2 ** 31);
    clock.jumpTo('2126-01-11T13:59:59.000Z');
    clock.advance(999);
    expect(found).toEqual([]);
    expect(table.looks).toBe(1);
    clock.advance(1);
    await settled();
    expect(found).toEqual(['2126-01-11T14:00:00.000Z']);
  });

  it('is quiet once it is stopped', async () => {
    const { clock, add, deadlineTimer, start, commits, found, table, advance } = alarmOverTable();
    add(ago(clock, 3 * hours));
    await start();
    deadlineTimer.stop();
    expect(clock.pending).toEqual([]);
    commits.announce('elsewhere');
    await advance(1 * hours);
    expect(found).toEqual([]);
    expect(table.looks).toBe(1);
  });

  it('notices within a second that the clock was set, in either direction', async () => {
    const { clock, add, start, jumped, advance } = alarmOverTable();
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

describe('the clock', () => {
  it('has not jumped when the process was held up between two readings', () => {
    const clock = manualClock();
    let heldUp = false;
    const now = () => {
      const instant = clock.now();
      if (heldUp) clock.advance(10 * seconds);
      heldUp = false;
      return instant;
    };
    const jumps = createClockJumps({ ...clock, now });
    const jumped: number[] = [];
    jumps.listen((byMs) => jumped.push(byMs));
    heldUp = true;
    jumps.check();
    jumps.check();
    expect(jumped).toEqual([]);
  });

  it('may be corrected a little, as it is all the time', () => {
    const clock = manualClock();
    const jumps = createClockJumps(clock);
    const jumped: number[] = [];
    const unlisten = jumps.listen((byMs) => jumped.push(byMs));
    for (const [to, told] of [
      ['2026-01-11T10:00:00.250Z', []],
      ['2026-01-11T10:00:00.000Z', []],
      ['2026-01-11T10:00:00.251Z', [251]],
      ['2026-01-11T10:00:00.000Z', [251, -251]],
    ] as const) {
      clock.jumpTo(to);
      jumps.check();
      expect(jumped).toEqual(told);
    }
    unlisten();
    clock.jumpTo('2027-01-01T00:00:00.000Z');
    jumps.check();
    expect(jumped).toHaveLength(2);
  });
});
