import { expect, it } from 'vitest';
import { eventFindings } from '../../../bench/soak/received-events.ts';
import { testApp } from '../../support/app.ts';
import { recordSessions } from '../../support/recorded-sessions.ts';
import { open } from '../../support/shark-databases.ts';

const fair = {
  changes: ['OPENED TaskSession:1', 'CLOSED TaskSession:1', 'OPENED TaskSession:2', 'CLOSED TaskSession:2'],
  stale: ['TaskSession:2'],
};

it.each([
  { what: 'nothing', told: fair, findings: [] },
  {
    what: 'an event that was lost',
    told: { ...fair, changes: fair.changes.slice(1) },
    findings: ['OPENED TaskSession:1 was told 0 times'],
  },
  {
    what: 'an event that came twice',
    told: { ...fair, changes: [...fair.changes, 'CLOSED TaskSession:2'] },
    findings: ['CLOSED TaskSession:2 was told 2 times'],
  },
  {
    what: 'an event of nothing',
    told: { ...fair, changes: [...fair.changes, 'OPENED TaskSession:3'] },
    findings: ['OPENED TaskSession:3 was told and did not happen'],
  },
  {
    what: 'a stale session that nobody heard of',
    told: { ...fair, stale: [] },
    findings: ['TaskSession:2 was stale and not told'],
  },
  {
    what: 'a stale session that came twice',
    told: { ...fair, stale: ['TaskSession:2', 'TaskSession:2'] },
    findings: ['TaskSession:2 was told to be stale 2 times'],
  },
  {
    what: 'a session that ended in time',
    told: { ...fair, stale: [...fair.stale, 'TaskSession:1'] },
    findings: ['TaskSession:1 was told to be stale after 60000 ms'],
  },
])('what was told and what happened differ by $what', async ({ told, findings }) => {
  await using app = await testApp();
  await recordSessions(app, [
    { endedAt: '2026-01-01T10:00:00Z', minutes: 1 },
    { task: 2, endedAt: '2026-01-01T10:00:00Z', minutes: 10 },
  ]);
  const counts = (names: readonly string[]) => {
    const counted = new Map<string, number>();
    for (const name of names) counted.set(name, (counted.get(name) ?? 0) + 1);
    return counted;
  };
  expect(
    eventFindings(
      open(app.config.databaseFile),
      { changes: counts(told.changes), stale: counts(told.stale) },
      5 * 60_000,
    ),
  ).toEqual(findings);
});
