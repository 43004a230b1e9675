import { describe, expect, it } from 'vitest';
import { type ExportParametersError, readExportParameters } from '../../../src/domain/export/parameters.ts';

const now = new Date('2026-01-12T09:30:00Z');
const read = (search: string) => readExportParameters(new URLSearchParams(search), now);

function problemsOf(search: string): readonly string[] {
  try {
    read(search);
  } catch (error) {
    if (isRefusal(error)) return error.problems;
    throw error;
  }
  throw new Error(`'${search}' was accepted`);
}

function isRefusal(error: unknown): error is ExportParametersError {
  return error instanceof Error && error.name === 'ExportParametersError';
}

/** The fields of the filter that are given. */
const filterOf = (search: string) =>
  Object.fromEntries(
    Object.entries(read(search).filter).filter(([, value]) => value !== null && value !== undefined),
  );

describe('the parameters of an export', () => {
  it.each<[search: string, filter: object]>([
    ['', {}],
    ['taskKey=e07-f20-001-with-a-slug', { taskKey: 'T-E07-F20-001' }],
    ['epicKey=e07', { epicKey: 'E07' }],
    ['featureKey=E07-F20', { featureKey: 'E07-F20' }],
    ['agentId=Ada%20%26%20Bob', { agentId: 'Ada & Bob' }],
    ['agent=backend&agentId=ada', { agent: 'backend', agentId: 'ada' }],
    ['agentType=ai-coder&phase=review', { agentType: 'ai-coder', phase: 'review' }],
    ['outcome=REJECTED', { outcome: 'rejected' }],
    ['outcome=rejected', { outcome: 'rejected' }],
    ['active=true', { active: true }],
    ['active=false', { active: false }],
    ['staleAfter=1h30m', { staleAfter: 5_400_000 }],
    ['staleAfter=PT4H', { staleAfter: 14_400_000 }],
    ['silentFor=10m', { silentFor: 600_000 }],
    ['since=2026-01-11', { since: new Date('2026-01-11T00:00:00Z') }],
    ['until=2026-01-11T10:00:00.5Z', { until: new Date('2026-01-11T10:00:00.500Z') }],
    ['endedSince=2026-01-11T11:00:00%2B01:00', { endedSince: new Date('2026-01-11T10:00:00Z') }],
    ['endedUntil=2026-01-12', { endedUntil: new Date('2026-01-12T00:00:00Z') }],
    ['since=yesterday&until=now', { since: new Date('2026-01-11T00:00:00Z'), until: now }],
    [
      'endedSince=36h&endedUntil=today',
      { endedSince: new Date('2026-01-10T21:30:00Z'), endedUntil: new Date('2026-01-12T00:00:00Z') },
    ],
  ])('%j are accepted', (search, filter) => {
    expect(filterOf(search)).toEqual(filter);
  });

  it('enable the byte order mark by default', () => {
    expect(['', 'bom=on', 'bom=off'].map((search) => read(search).withByteOrderMark)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each([
    ['taskKey=E07', "taskKey 'E07' is not a key. Keys look like T-E07-F20-001"],
    ['epicKey=', 'epicKey is blank. Give epicKey between 1 and 64 characters'],
    ['featureKey=E07', "featureKey 'E07' is not a key. Keys look like E07-F20"],
    ['agent=', 'agent is blank. Give agent between 1 and 128 characters'],
    ['agentId=%20', 'agentId is blank. Give agentId between 1 and 128 characters'],
    [
      'agentType=%00',
      'agentType contains a NUL character. Send agentType as valid Unicode text without NUL characters',
    ],
    ['phase=', 'phase is blank. Give phase between 1 and 10000 characters'],
    ['outcome=done', 'outcome: "done" is not allowed. Use one of completed, rejected, blocked, abandoned'],
    ['active=yes', 'active: "yes" is not allowed. Use one of true, false'],
    ['active=', 'active: "" is not allowed. Use one of true, false'],
    ['bom=false', 'bom: "false" is not allowed. Use one of on, off'],
    [
      'staleAfter=4',
      "staleAfter: '4' is not a duration: write it like '4h', '90m', '1h30m', '2d', '45s' or ISO 8601 like 'PT4H'",
    ],
    [
      'since=tomorrow',
      `since: "tomorrow" is not a time. Write it like '2026-01-11T10:00:00Z', '2026-01-11', 'today', 'yesterday' (each the start of that day in UTC), 'now', or a duration before now like '7d' or '24h'`,
    ],
    [
      'until=2026-01-11T10:00:00+01:00',
      `until: "2026-01-11T10:00:00 01:00" is not a time. Write it like '2026-01-11T10:00:00Z', '2026-01-11', 'today', 'yesterday' (each the start of that day in UTC), 'now', or a duration before now like '7d' or '24h'. In a URL, + means a space: write %2B instead`,
    ],
    ['phase=qa&phase=review', 'phase: found 2 times. Give it once'],
    [
      'since=2026-01-12&until=2026-01-11',
      'since (2026-01-12T00:00:00.000Z) is after until (2026-01-11T00:00:00.000Z). Give a since that is not after until',
    ],
    [
      'endedSince=2026-01-12&endedUntil=2026-01-11',
      'endedSince (2026-01-12T00:00:00.000Z) is after endedUntil (2026-01-11T00:00:00.000Z). Give a endedSince that is not after endedUntil',
    ],
    [
      'outcome=BLOCKED&active=true',
      'outcome selects ended sessions, but active: true selects open ones. Leave out one of the two',
    ],
  ])('%j are rejected', (search, fault) => {
    expect(problemsOf(search)).toEqual([fault]);
  });

  it.each(['agentID', 'first', '__proto__', 'toString', ''])(
    'named %j are rejected with a list of the known parameters',
    (name) => {
      expect(problemsOf(`${encodeURIComponent(name)}=x`)).toEqual([
        `Unknown parameter ${JSON.stringify(name)}. The known parameters are taskKey, featureKey, epicKey, agent, agentId, agentType, phase, outcome, active, staleAfter, silentFor, since, until, endedSince, endedUntil, bom`,
      ]);
    },
  );

  it('are rejected with a list of all problems', () => {
    expect(
      problemsOf('taskKey=x&agentId=&active=1&since=x&one=1&two=2&bom=on&bom=on').map((fault) =>
        fault.slice(0, 20),
      ),
    ).toEqual([
      "taskKey 'x' is not a",
      'agentId is blank. Gi',
      'active: "1" is not a',
      'since: "x" is not a ',
      'bom: found 2 times. ',
      'Unknown parameter "o',
      'Unknown parameter "t',
    ]);
  });
});
