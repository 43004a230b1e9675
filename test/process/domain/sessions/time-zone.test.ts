import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

interface Run {
  offsetMinutes: number;
  output: Record<string, unknown>;
}

const script = fileURLToPath(new URL('time-zone-run.ts', import.meta.url));

async function runIn(timeZone: string): Promise<Run> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], {
    env: { ...process.env, TZ: timeZone },
  });
  return JSON.parse(stdout);
}

it('returns and stores the same values in all time zones', async () => {
  const [utc, newYork] = await Promise.all([runIn('UTC'), runIn('America/New_York')]);

  // Each process ran in its time zone.
  expect([utc.offsetMinutes, newYork.offsetMinutes]).toEqual([0, 300]);
  expect(newYork.output).toEqual(utc.output);

  expect(utc.output).toMatchObject({
    claimed: { session: { startedAt: '2026-01-11T02:00:00.000Z' } },
    refused: { message: "Task already claimed by agent 'backend' since 2026-01-11 02:00:00" },
    finished: { session: { endedAt: '2026-01-11T02:30:00.000Z', durationMinutes: 30 } },
    startedOnThatDay: 1,
    // A day is a UTC day in all time zones.
    analytics: {
      data: {
        phaseDurationTrend: [
          { since: '2026-01-10T00:00:00.000Z', phases: [{ sessionCount: 0 }] },
          {
            since: '2026-01-11T00:00:00.000Z',
            until: '2026-01-12T00:00:00.000Z',
            phases: [{ sessionCount: 1, totalMinutes: 30 }],
          },
        ],
      },
    },
    // CURRENT_TIMESTAMP of another program is UTC; values with an offset are converted.
    times: {
      data: {
        task: {
          createdAt: '2025-12-20T09:10:00.000Z',
          updatedAt: '2025-12-27T23:40:00.000Z',
          startedAt: '2025-12-27T21:04:05.123Z',
          completedAt: '2025-12-27T23:40:00.987Z',
        },
      },
    },
    adopted: { notes: [{ createdAt: '2025-12-27T00:39:52.000Z' }] },
    rows: { sessions: [{ started_at: '2026-01-11T02:00:00.000+00:00' }] },
    backup: 'shark.backup-2026-01-11T02-00-00.db',
  });
});
