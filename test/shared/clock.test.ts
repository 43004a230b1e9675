import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { waitAtMost, systemClock } from '../../src/shared/clock.ts';
import { manualClock } from '../support/manual-clock.ts';

describe('the system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-01-11T10:00:00.000Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('returns the current time', () => {
    expect(systemClock.now()).toEqual(new Date('2026-01-11T10:00:00.000Z'));
  });

  it('calls the function once after the delay', () => {
    const onDue = vi.fn<() => void>();
    systemClock.setTimer(500, onDue);
    vi.advanceTimersByTime(499);
    expect(onDue).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(onDue).toHaveBeenCalledTimes(1);
  });

  it('does not call the function after the timer was cancelled', () => {
    const onDue = vi.fn<() => void>();
    const timer = systemClock.setTimer(500, onDue);
    timer.cancel();
    timer.cancel();
    vi.advanceTimersByTime(10_000);
    expect(onDue).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['the maximum of a Node.js timer', 2 ** 31 - 1],
    ['one millisecond more than the maximum, which Node.js would change to 1 ms', 2 ** 31],
    ['a century', 36_525 * 24 * 3_600_000],
    ['infinity', Number.POSITIVE_INFINITY],
  ])('does not call the function before 24 days with a long delay: %s', (_name, delayMs) => {
    const onDue = vi.fn<() => void>();
    systemClock.setTimer(delayMs, onDue);
    vi.advanceTimersByTime(2 ** 31 - 2);
    expect(onDue).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onDue).toHaveBeenCalledTimes(1);
  });

  it('calls the function immediately for a negative delay', () => {
    const onDue = vi.fn<() => void>();
    systemClock.setTimer(-5_000, onDue);
    vi.advanceTimersByTime(1);
    expect(onDue).toHaveBeenCalledTimes(1);
  });
});

it('an unref timer does not keep the process running', () => {
  const waitedFor = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = waitedFor();
  const analyticsWorker = systemClock.setTimer(60_000, () => {}, { unref: true });
  expect(waitedFor()).toBe(before);
  const other = systemClock.setTimer(60_000, () => {});
  expect(waitedFor()).toBe(before + 1);
  analyticsWorker.cancel();
  other.cancel();
});

describe('waitAtMost', () => {
  it('waits for the promise', async () => {
    const clock = manualClock();
    await waitAtMost(1_000, clock, Promise.resolve());
    expect(clock.pending).toEqual([]);
  });

  it('stops waiting after the time limit', async () => {
    const clock = manualClock();
    const waiting = waitAtMost(1_000, clock, new Promise(() => {}));
    clock.advance(1_000);
    await waiting;
    expect(clock.pending).toEqual([]);
  });

  it('rejects with the error of the promise', async () => {
    const clock = manualClock();
    await expect(waitAtMost(1_000, clock, Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(clock.pending).toEqual([]);
  });
});
