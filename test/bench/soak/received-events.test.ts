import { expect, it } from 'vitest';
import { eventFindings } from '../../../bench/soak/received-events.ts';
import { testApp } from '../../support/app.ts';
import { recordSessions } from '../../support/recorded-sessions.ts';
import { open } from '../../support/shark-databases.ts';

const correct = {
  changes: ['OPENED TaskSession:1', 'CLOSED TaskSession:1', 'OPENED TaskSession:2', 'CLOSED TaskSession:2'],
  stale: ['TaskSession:2'],
};

it.each([
  { what: 'nothing', received: correct, findings: [] },
  {
    what: 'an event that was lost',
    received: { ...correct, changes: correct.changes.slice(1) },
    findings: ['OPENED TaskSession:1 was received 0 times'],
  },
  {
    what: 'an event that was received twice',
    received: { ...correct, changes: [...correct.changes, 'CLOSED TaskSession:2'] },
    findings: ['CLOSED TaskSession:2 was received 2 times'],
  },
  {
    what: 'an event that did not happen',
    received: { ...correct, changes: [...correct.changes, 'OPENED TaskSession:3'] },
    findings: ['OPENED TaskSession:3 was received but did not happen'],
  },
  {
    what: 'a stale session that was not received',
    received: { ...correct, stale: [] },
    findings: ['TaskSession:2 was stale but not received'],
  },
  {
    what: 'a stale session that was received twice',
    received: { ...correct, stale: ['TaskSession:2', 'TaskSession:2'] },
    findings: ['TaskSession:2 was received as stale 2 times'],
  },
  {
    what: 'a stale event for a session that ended in time',
    received: { ...correct, stale: [...correct.stale, 'TaskSession:1'] },
    findings: ['TaskSession:1 was received as stale but ended after 60000 ms'],
  },
])('the received events and the database differ by $what', async ({ received, findings }) => {
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
      { changes: counts(received.changes), stale: counts(received.stale) },
      5 * 60_000,
    ),
  ).toEqual(findings);
});
