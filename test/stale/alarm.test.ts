import { describe, expect, it } from 'vitest';
import { createCommitSignal } from '../../src/db/commit-signal.ts';
import { createAlarm } from '../../src/stale/alarm.ts';
import { manualClock } from '../support/manual-clock.ts';

const seconds = 1_000;
const hours = 3_600 * seconds;
const thresholdMs = 4 * hours;

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** An alarm over sessions that are no more than their starts, in a table that tells how often it is asked. */
function alarmOverTable() {
  const clock = manualClock();
  const starts: number[] = [];
  const table = { asked: 0, fails: false };
  const errors: unknown[] = [];
  // Its own looks at the file are none of the alarm's.
  const commits = createCommitSignal({
    clock: { now: clock.now, setTimer: () => ({ cancel: () => {} }) },
    dataVersion: () => Promise.resolve(1),
    onError: () => {},
  });
  const alarm = createAlarm({
    clock,
    commits,
    thresholdMs,
    async nextDeadline(behind) {
      table.asked += 1;
      if (table.fails) throw new Error('disk I/O error');
      const deadlines = starts.map((start) => start + thresholdMs).filter((due) => due > behind.getTime());
      return deadlines.length === 0 ? null : new Date(Math.min(...deadlines));
    },
    onError: (error) => errors.push(error),
  });
  const rings: string[] = [];
  return {
    clock,
    commits,
    table,
    errors,
    alarm,
    /** When it rang for the listener of `listen`. */
    rings,
    async listen() {
      const unlisten = alarm.listen(() => rings.push(clock.now().toISOString()));
      await settled();
      return unlisten;
    },
    /** A session is opened by this process. */
    async claim() {
      starts.push(clock.now().getTime());
      commits.announce('here');
      await settled();
    },
    /** A session is there that this process knows nothing of. */
    add(startedAt: Date) {
      starts.push(startedAt.getTime());
    },
    removeAll() {
      starts.length = 0;
    },
    async advance(milliseconds: number) {
      clock.advance(milliseconds);
      await settled();
    },
  };
}

const ago = (clock: { now(): Date }, milliseconds: number) => new Date(clock.now().getTime() - milliseconds);

describe('the alarm', () => {
  it('asks nothing and waits for nothing while nobody listens', async () => {
    const { claim, advance, table, clock, listen } = alarmOverTable();
    await claim();
    await advance(thresholdMs);
    expect(table.asked).toBe(0);
    expect(clock.pending).toEqual([]);

    await listen();
    expect(table.asked, 'somebody listens').toBe(1);
  });

  it('waits for nothing while nothing is open, and looks at each commit', async () => {
    const { listen, advance, table, clock, commits, rings, claim } = alarmOverTable();
    await listen();
    expect(clock.pending).toEqual([]);
    expect(table.asked).toBe(1);

    await advance(24 * hours);
    expect(table.asked).toBe(1);

    commits.announce('here');
    await settled();
    expect(table.asked).toBe(2);
    expect(clock.pending).toEqual([]);

    await claim();
    expect(clock.pending).toHaveLength(1);
    expect(rings).toEqual([]);
    await advance(thresholdMs);
    expect(rings).toEqual(['2026-01-12T14:00:00.000Z']);
  });

  it('rings at the very millisecond of the next deadline, and then waits for the one behind it', async () => {
    const { clock, add, listen, advance, rings } = alarmOverTable();
    add(ago(clock, 3 * hours));
    add(ago(clock, 1 * hours));
    await listen();

    await advance(1 * hours - 1);
    expect(rings).toEqual([]);
    expect(clock.pending).toEqual([1]);
    await advance(1);
    expect(rings).toEqual(['2026-01-11T11:00:00.000Z']);

    await advance(2 * hours - 1);
    expect(rings).toHaveLength(1);
    await advance(1);
    expect(rings).toEqual(['2026-01-11T11:00:00.000Z', '2026-01-11T13:00:00.000Z']);
    expect(clock.pending).toEqual([]);
  });

  it('asks nothing between deadlines, whatever this process commits', async () => {
    const { clock, add, listen, advance, claim, table } = alarmOverTable();
    add(ago(clock, 1 * hours));
    await listen();
    expect(table.asked).toBe(1);

    for (let minute = 0; minute < 60; minute += 1) {
      await claim();
      await advance(60 * seconds);
    }
    expect(table.asked).toBe(1);
    expect(clock.pending).toHaveLength(1);

    await advance(2 * hours);
    expect(table.asked, 'a deadline passed').toBe(2);
  });

  it('has one timer, however many listen, and none once the last one has left', async () => {
    const { clock, add, alarm, listen, table } = alarmOverTable();
    add(clock.now());
    const unlisten = await listen();
    const others = Array.from({ length: 10 }, () => alarm.listen(() => {}));
    await settled();
    expect(clock.pending).toHaveLength(1);
    expect(table.asked).toBe(1);

    for (const other of others) other();
    expect(clock.pending).toHaveLength(1);
    unlisten();
    unlisten();
    expect(clock.pending).toEqual([]);
  });

  it('waits for nothing when the last listener leaves while it asks', async () => {
    const { clock, add, alarm } = alarmOverTable();
    add(clock.now());
    const unlisten = alarm.listen(() => {});
    unlisten();
    await settled();
    expect(clock.pending).toEqual([]);
  });

  it('waits again when its timer comes early', async () => {
    const { clock, add, listen, rings, advance, table } = alarmOverTable();
    add(ago(clock, 3 * hours));
    await listen();
    // The clock is set back, so the timer comes long before the deadline.
    clock.jumpTo('2026-01-11T09:00:00.000Z');

    await advance(1 * hours);
    expect(rings).toEqual([]);
    expect(table.asked).toBe(1);
    await advance(1 * hours);
    expect(rings).toEqual(['2026-01-11T11:00:00.000Z']);
  });

  it('rings once for all that is overdue when it comes late', async () => {
    const { clock, add, listen, rings, advance } = alarmOverTable();
    for (const minutes of [1, 2, 3]) add(ago(clock, 3 * hours - minutes * 60 * seconds));
    add(clock.now());
    await listen();
    // The machine sleeps for two hours; its timers stand still.
    clock.jumpTo('2026-01-11T12:00:00.000Z');

    await advance(1 * seconds);
    expect(rings).toEqual(['2026-01-11T12:00:01.000Z']);
    await advance(2 * hours);
    expect(rings).toEqual(['2026-01-11T12:00:01.000Z', '2026-01-11T14:00:00.000Z']);
  });

  it('looks at a claim made after the clock was set back, which is due before what it waits for', async () => {
    const { clock, add, listen, claim, rings, advance } = alarmOverTable();
    add(clock.now());
    await listen();
    clock.jumpTo('2026-01-11T07:00:00.000Z');
    await claim();

    await advance(thresholdMs);
    expect(rings).toEqual(['2026-01-11T11:00:00.000Z']);
    await advance(3 * hours);
    expect(rings).toEqual(['2026-01-11T11:00:00.000Z', '2026-01-11T14:00:00.000Z']);
  });

  it('rings when another process wrote, and waits for what that may have opened', async () => {
    const { clock, commits, add, listen, rings, advance } = alarmOverTable();
    add(clock.now());
    await listen();
    await advance(1 * hours);

    add(ago(clock, 3 * hours));
    commits.announce('elsewhere');
    await settled();
    expect(rings).toEqual(['2026-01-11T11:00:00.000Z']);

    await advance(1 * hours);
    expect(rings).toEqual(['2026-01-11T11:00:00.000Z', '2026-01-11T12:00:00.000Z']);
  });

  it('rings for what became due while it was looking', async () => {
    const { clock, add, alarm, rings } = alarmOverTable();
    add(ago(clock, thresholdMs - 10));
    alarm.listen(() => rings.push(clock.now().toISOString()));
    // The look is on its way, and takes longer than the deadline is away.
    clock.advance(20);
    await settled();
    clock.advance(0);
    expect(rings).toEqual(['2026-01-11T10:00:00.020Z']);
  });

  it('finds what became due between the ring and a look that came late', async () => {
    const { clock, commits, add, listen, rings } = alarmOverTable();
    await listen();
    add(ago(clock, thresholdMs - 5));
    // The second ring comes while the first one's look is on its way; by the look that follows it is too late.
    commits.announce('elsewhere');
    commits.announce('elsewhere');
    clock.advance(10);
    await settled();
    expect(rings).toEqual([
      '2026-01-11T10:00:00.000Z',
      '2026-01-11T10:00:00.000Z',
      '2026-01-11T10:00:00.010Z',
    ]);
  });

  it('reports a look that fails, and looks again after a second', async () => {
    const { clock, add, listen, table, errors, rings, advance } = alarmOverTable();
    add(ago(clock, 3 * hours));
    table.fails = true;
    await listen();
    expect(errors).toEqual([new Error('disk I/O error')]);
    expect(clock.pending).toEqual([1 * seconds]);
    await advance(1 * seconds);
    expect(errors).toHaveLength(2);

    table.fails = false;
    await advance(1 * seconds);
    expect(errors).toHaveLength(2);
    await advance(1 * hours);
    expect(rings).toEqual(['2026-01-11T11:00:00.000Z']);
  });

  it('waits for a deadline that is farther away than a timer can count', async () => {
    const { clock, add, listen, rings, table } = alarmOverTable();
    clock.jumpTo('2026-01-11T10:00:00.000Z');
    // Another machine, whose clock is wrong by a century.
    add(new Date('2126-01-11T10:00:00.000Z'));
    await listen();
    expect(Math.max(...clock.pending)).toBeLessThan(2 ** 31);
    clock.jumpTo('2126-01-11T13:59:59.000Z');
    clock.advance(999);
    expect(rings).toEqual([]);
    expect(table.asked).toBe(1);
    clock.advance(1);
    expect(rings).toEqual(['2126-01-11T14:00:00.000Z']);
  });

  it('is quiet once it is closed', async () => {
    const { clock, add, alarm, listen, commits, rings, table, advance } = alarmOverTable();
    add(ago(clock, 3 * hours));
    const unlisten = await listen();
    alarm.close();
    expect(clock.pending).toEqual([]);
    commits.announce('elsewhere');
    await advance(1 * hours);
    unlisten();
    expect(rings).toEqual([]);
    expect(table.asked).toBe(1);
  });
});
