import { describe, expect, it } from 'vitest';
import type { CommitOrigin } from '../../../src/db/commit-signal.ts';
import { createPollingCommitSignal } from '../../../src/db/sqlite/polling-commit-signal.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { eventually } from '../../support/received.ts';

/** A signal over a file that others commit to whenever the test says so. */
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
    /** Lets a second pass, and the look that it brings be over. */
    async look() {
      clock.advance(1_000);
      await eventually('the next look is waited for', () => clock.pending.length > 0);
    },
  };
}

describe('the signal of a commit', () => {
  it('looks at nothing and waits for nothing while nobody listens', () => {
    const { signal, clock, file } = signalOverFile();
    signal.announce('here');
    clock.advance(60_000);
    expect(file.looks).toBe(0);
    expect(clock.pending).toEqual([]);

    signal.listen(() => {});
    expect(clock.pending, 'somebody listens').toEqual([1_000]);
  });

  it('tells of commits of this process at once, without a look', () => {
    const { signal, file } = signalOverFile();
    const heard: CommitOrigin[] = [];
    signal.listen((origin) => heard.push(origin));

    signal.announce('here');

    expect(heard).toEqual(['here']);
    expect(file.looks).toBe(0);
  });

  it('tells of commits of other processes within a second, and once', async () => {
    const { signal, file, look } = signalOverFile();
    const heard: CommitOrigin[] = [];
    signal.listen((origin) => heard.push(origin));
    // The first look cannot know what happened since the listening began, so it tells.
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

  it('looks once a second however many listen', async () => {
    const { signal, clock, file, look } = signalOverFile();
    for (let count = 0; count < 10; count += 1) signal.listen(() => {});
    for (let second = 1; second <= 5; second += 1) {
      await look();
      expect(file.looks).toBe(second);
    }
    expect(clock.pending).toEqual([1_000]);
  });

  it('stops looking with the last listener, and the same function can listen twice', () => {
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

  it('goes on once a second when the last listener leaves during a look and another one comes', async () => {
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

  it('does not look on when the last listener left during a look', async () => {
    const { signal, clock, file } = signalOverFile();
    const leave = signal.listen(() => {});
    clock.advance(1_000);
    leave();
    await new Promise((resolve) => setImmediate(resolve));
    expect(file.looks).toBe(1);
    expect(clock.pending).toEqual([]);
  });

  it('reports a look that fails, has those who listen look when that goes on, and looks again', async () => {
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

  it('is quiet once it is closed', async () => {
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

  it('lets a listener leave while it is told', () => {
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
