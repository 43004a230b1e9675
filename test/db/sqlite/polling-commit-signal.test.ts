import { describe, expect, it } from 'vitest';
import type { CommitOrigin } from '../../../src/db/commit-signal.ts';
import { createPollingCommitSignal } from '../../../src/db/sqlite/polling-commit-signal.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { eventually } from '../../support/received.ts';

/** A signal with a data version that the test controls. */
function signalOverFile() {
  const clock = manualClock();
  const file = { version: 1, looks: 0, answer: (): Promise<number> => Promise.resolve(file.version) };
  const errors: unknown[] = [];
  const signal = createPollingCommitSignal({
    clock,
    dataVersion: () => {
      file.looks += 1;
      return file.answer();
    },
    onError: (error) => errors.push(error),
  });
  return {
    clock,
    file,
    errors,
    signal,
    /** Advances the clock by a second and waits for the poll. */
    async look() {
      clock.advance(1_000);
      await eventually('the next poll is scheduled', () => clock.pending.length > 0);
    },
  };
}

describe('the polling commit signal', () => {
  it('does not poll without listeners', () => {
    const { signal, clock, file } = signalOverFile();
    signal.announce('here');
    clock.advance(60_000);
    expect(file.looks).toBe(0);
    expect(clock.pending).toEqual([]);

    signal.listen(() => {});
    expect(clock.pending, 'with a listener').toEqual([1_000]);
  });

  it('announces commits of this process immediately, without polling', () => {
    const { signal, file } = signalOverFile();
    const heard: CommitOrigin[] = [];
    signal.listen((origin) => heard.push(origin));

    signal.announce('here');

    expect(heard).toEqual(['here']);
    expect(file.looks).toBe(0);
  });

  it('announces a commit of another process once, within a second', async () => {
    const { signal, file, look } = signalOverFile();
    const heard: CommitOrigin[] = [];
    signal.listen((origin) => heard.push(origin));
    // The first poll has no earlier version to compare with, so it announces a commit.
    await look();
    expect(heard).toEqual(['elsewhere']);

    await look();
    expect(heard, 'nothing was committed').toHaveLength(1);

    file.version = 2;
    await look();
    expect(heard).toHaveLength(2);
    await look();
    expect(heard).toHaveLength(2);
    expect(file.looks).toBe(4);
  });

  it('polls once a second for any number of listeners', async () => {
    const { signal, clock, file, look } = signalOverFile();
    for (let count = 0; count < 10; count += 1) signal.listen(() => {});
    for (let second = 1; second <= 5; second += 1) {
      await look();
      expect(file.looks).toBe(second);
    }
    expect(clock.pending).toEqual([1_000]);
  });

  it('stops polling after the last listener is removed, and accepts the same function twice', () => {
    const { signal, clock } = signalOverFile();
    const heard: CommitOrigin[] = [];
    const listener = (origin: CommitOrigin) => heard.push(origin);
    const first = signal.listen(listener);
    const second = signal.listen(listener);
    signal.announce('here');
    expect(heard).toHaveLength(2);

    first();
    first();
    signal.announce('here');
    expect(heard).toHaveLength(3);
    expect(clock.pending).toEqual([1_000]);

    second();
    signal.announce('here');
    expect(heard).toHaveLength(3);
    expect(clock.pending).toEqual([]);
  });

  it('continues to poll once a second if the last listener is replaced during a poll', async () => {
    const { signal, clock, file, look } = signalOverFile();
    let answer: (version: number) => void = () => {};
    file.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const leave = signal.listen(() => {});
    clock.advance(1_000);
    leave();
    signal.listen(() => {});
    file.answer = () => Promise.resolve(file.version);
    answer(1);
    await new Promise((resolve) => setImmediate(resolve));

    expect(clock.pending).toEqual([1_000]);
    await look();
    expect(file.looks).toBe(2);
    expect(clock.pending).toEqual([1_000]);
  });

  it('stops polling if the last listener is removed during a poll', async () => {
    const { signal, clock, file } = signalOverFile();
    const leave = signal.listen(() => {});
    clock.advance(1_000);
    leave();
    await new Promise((resolve) => setImmediate(resolve));
    expect(file.looks).toBe(1);
    expect(clock.pending).toEqual([]);
  });

  it('reports a failed poll, notifies the listeners after repeated failures, and continues polling', async () => {
    const { signal, file, errors, look } = signalOverFile();
    const heard: CommitOrigin[] = [];
    signal.listen((origin) => heard.push(origin));
    await look();
    file.version = 2;
    file.answer = () => Promise.reject(new Error('disk I/O error'));
    await look();
    expect(errors).toEqual([new Error('disk I/O error')]);
    expect(heard).toHaveLength(1);
    await look();
    expect(heard).toEqual(['elsewhere', 'elsewhere']);

    file.answer = () => Promise.resolve(file.version);
    await look();
    expect(errors).toHaveLength(2);
    expect(heard).toHaveLength(3);
  });

  it('does nothing after it is closed', async () => {
    const { signal, clock } = signalOverFile();
    const heard: CommitOrigin[] = [];
    const leave = signal.listen((origin) => heard.push(origin));
    clock.advance(1_000);
    signal.close();
    await new Promise((resolve) => setImmediate(resolve));
    signal.announce('here');
    leave();
    expect(heard).toEqual([]);
    expect(clock.pending).toEqual([]);
  });

  it('a listener can remove itself during a notification', () => {
    const { signal } = signalOverFile();
    const heard: string[] = [];
    const leave = signal.listen(() => {
      heard.push('first');
      leave();
    });
    signal.listen(() => heard.push('second'));
    signal.announce('here');
    signal.announce('here');
    expect(heard).toEqual(['first', 'second', 'second']);
  });
});
