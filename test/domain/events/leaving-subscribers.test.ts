import { describe, expect, it, onTestFinished } from 'vitest';
import { maxAgeMs } from '../../../src/domain/events/event-reader.ts';
import { createSessionChangeWatcher } from '../../../src/domain/sessions/changes.ts';
import { createStaleWatcher } from '../../../src/domain/stale/stale-watcher.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { openMixedSessions } from '../../support/mixed-sessions.ts';

const day = 24 * 3_600_000;

/** Watchers of a database with stale sessions. */
async function openWatchers() {
  const clock = manualClock();
  const database = await openMixedSessions(clock);
  clock.advance(365 * day);
  const onError = (error: unknown) => expect.unreachable(String(error));
  const stale = createStaleWatcher({ database, clock, onError, onClockJump: () => {} });
  onTestFinished(async () => {
    stale.close();
    await database.close();
  });
  return {
    stale: stale.watch({
      thresholds: [{ reason: 'AGE', thresholdMs: day, statuses: { except: [] } }],
      after: undefined,
      matches: () => true,
    }),
    changes: await createSessionChangeWatcher({ database, clock, onError }).watch(() => true),
    /** Whether a reader holds events. A timer drops them after some time. */
    holdsEvents: () => clock.pendingUnref.includes(maxAgeMs),
  };
}

describe('a subscriber that leaves', () => {
  it('leaves no events in memory', async () => {
    const { stale, holdsEvents } = await openWatchers();
    expect((await stale.next()).done).toBe(false);
    expect(holdsEvents()).toBe(true);
    await stale.return?.();
    expect(holdsEvents()).toBe(false);
  });

  it('leaves no events in memory if it leaves during a read', async () => {
    const { stale, changes, holdsEvents } = await openWatchers();
    const results = [stale.next(), changes.next()];
    await Promise.all([stale.return?.(), changes.return?.()]);
    expect(await Promise.all(results)).toEqual([{ done: true }, { done: true }]);
    expect(holdsEvents()).toBe(false);
  });
});
