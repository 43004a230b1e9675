import { describe, expect, it } from 'vitest';
import {
  CompareDocument,
  PhaseDurationsDocument,
  PhaseDurationTrendDocument,
} from '../../../src/client/generated/graphql.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordSessions } from '../../support/recorded-sessions.ts';

/** The number of sessions that a filter counts, in all phases. */
async function counted(app: TestApp, filter: object): Promise<number> {
  const { phaseDurations } = await app.send(PhaseDurationsDocument, { filter });
  return phaseDurations.reduce((sum, { sessionCount }) => sum + sessionCount, 0);
}

describe('a window', () => {
  it('is half open, and applies to the end of a session', async () => {
    await using app = await testApp();
    await recordSessions(app, [
      // Started the day before.
      { minutes: 600, endedAt: '2026-01-05T00:00:00.000Z' },
      { minutes: 10, endedAt: '2026-01-05T23:59:59.999Z' },
      // Started on the day and ended on the next.
      { minutes: 1, endedAt: '2026-01-06T00:00:00.000Z' },
    ]);
    expect(await counted(app, { since: '2026-01-05', until: '2026-01-06' })).toBe(2);
    expect(await counted(app, { since: '2026-01-06' })).toBe(1);
    expect(await counted(app, { until: '2026-01-05' })).toBe(0);
    expect(await counted(app, { since: '2026-01-05T00:00:00.001Z', until: '2026-01-05T23:59:59.999Z' })).toBe(
      0,
    );
  });

  it('can be given in any time zone; a date is the start of the day in UTC', async () => {
    await using app = await testApp();
    await recordSessions(app, [{ minutes: 10, endedAt: '2026-01-05T00:30:00Z' }]);
    expect(
      await counted(app, { since: '2026-01-05T01:30:00+01:00', until: '2026-01-05T01:30:00.001+01:00' }),
    ).toBe(1);
    expect(
      await counted(app, { since: '2026-01-05T00:30:00+01:00', until: '2026-01-05T01:00:00+01:00' }),
    ).toBe(0);
    expect(await counted(app, { since: '2026-01-04T19:30:00-05:00' })).toBe(1);
    expect(await counted(app, { since: '2026-01-05', until: '2026-01-06' })).toBe(1);
  });

  it.each(['phaseDurations', 'agentPerformance', 'phaseDurationTrend(bucket: DAY, ', 'compare'])(
    'with an end before its start is rejected by %s',
    async (field) => {
      await using app = await testApp();
      const call = field.includes('(') ? field : `${field}(`;
      const { data, errors } = await app.post(
        `{ ${call}filter: { since: "2026-01-06", until: "2026-01-05T12:00:00+01:00" }) { __typename } }`,
      );
      expect(data).toBeNull();
      expect(errors).toMatchObject([
        {
          message:
            'since (2026-01-06T00:00:00.000Z) is after until (2026-01-05T11:00:00.000Z). Give a since that is not after until',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ]);
    },
  );

  it.each([
    [
      '{ phaseDurations(filter: { epicKey: "x" }) { phase } }',
      "epicKey 'x' is not a key. Keys look like E07",
    ],
    [
      '{ phaseDurations(filter: { featureKey: "E07" }) { phase } }',
      "featureKey 'E07' is not a key. Keys look like E07-F20",
    ],
    [
      '{ agentPerformance(filter: { agentId: " " }) { agentId } }',
      'agentId is blank. Give agentId between 1 and 128 characters',
    ],
    [
      '{ phaseDurations(filter: { agent: "" }) { phase } }',
      'agent is blank. Give agent between 1 and 128 characters',
    ],
    [
      '{ phaseDurations(filter: { phase: "" }) { phase } }',
      'phase is blank. Give phase between 1 and 10000 characters',
    ],
    [
      '{ sessions(filter: { phase: "qa\\u0000" }) { totalCount } }',
      'phase contains a NUL character. Send phase as valid Unicode text without NUL characters',
    ],
    [
      '{ agingWork(filter: { status: " " }) { totalCount } }',
      'status is blank. Give status between 1 and 10000 characters',
    ],
  ])('is rejected with an invalid filter: %s', async (query, message) => {
    await using app = await testApp();
    const { errors } = await app.post(query);
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('can be combined with epic and feature', async () => {
    await using app = await testApp();
    await recordSessions(app, [{ minutes: 10, endedAt: '2026-01-05T00:30:00Z' }]);
    await recordSessions(app, [{ minutes: 10, endedAt: '2026-01-05T00:30:00Z' }]);
    expect(await counted(app, {})).toBe(2);
    expect(await counted(app, { epicKey: 'e02' })).toBe(1);
    expect(await counted(app, { featureKey: 'E01-F01' })).toBe(1);
    expect(await counted(app, { featureKey: 'E01-F01', epicKey: 'E02' })).toBe(0);
  });
});

describe('phaseDurationTrend', () => {
  const trend = async (app: TestApp, bucket: 'HOUR' | 'DAY' | 'WEEK' | 'MONTH', filter: object = {}) => {
    const { phaseDurationTrend } = await app.send(PhaseDurationTrendDocument, { bucket, filter });
    return phaseDurationTrend.map(({ since, until, isComplete, phases }) => [
      since.slice(0, 16),
      until.slice(0, 16),
      isComplete,
      ...phases.flatMap(({ phase, sessionCount, avgDurationMinutes }) =>
        phase === 'development' ? [sessionCount, avgDurationMinutes] : [],
      ),
    ]);
  };

  it('returns every bucket up to the current one, including empty ones', async () => {
    // A Sunday.
    await using app = await testApp({ clock: manualClock('2026-01-11T10:00:00.000Z') });
    await recordSessions(app, [
      { minutes: 10, endedAt: '2025-12-30T12:00:00Z' },
      { minutes: 20, endedAt: '2026-01-11T09:00:00Z' },
      { minutes: 40, endedAt: '2026-01-11T10:00:00.000Z' },
    ]);
    expect(await trend(app, 'WEEK')).toEqual([
      ['2025-12-29T00:00', '2026-01-05T00:00', true, 1, 10],
      ['2026-01-05T00:00', '2026-01-12T00:00', false, 2, 30],
    ]);
    expect(await trend(app, 'MONTH')).toEqual([
      ['2025-12-01T00:00', '2026-01-01T00:00', true, 1, 10],
      ['2026-01-01T00:00', '2026-02-01T00:00', false, 2, 30],
    ]);
    expect(await trend(app, 'DAY', { since: '2026-01-09', until: '2026-01-12' })).toEqual([
      ['2026-01-09T00:00', '2026-01-10T00:00', true, 0, null],
      ['2026-01-10T00:00', '2026-01-11T00:00', true, 0, null],
      ['2026-01-11T00:00', '2026-01-12T00:00', false, 2, 30],
    ]);
    expect(
      await trend(app, 'HOUR', { since: '2026-01-11T08:30:00Z', until: '2026-01-11T09:30:00Z' }),
    ).toEqual([
      ['2026-01-11T08:30', '2026-01-11T09:00', true, 0, null],
      ['2026-01-11T09:00', '2026-01-11T09:30', true, 1, 20],
    ]);
    // The day has not ended, but the window has.
    expect(await trend(app, 'DAY', { since: '2026-01-11', until: '2026-01-11T09:30:00Z' })).toEqual([
      ['2026-01-11T00:00', '2026-01-11T09:30', true, 1, 20],
    ]);
  });

  it('is empty without ended sessions and without since', async () => {
    await using app = await testApp();
    expect(await trend(app, 'DAY')).toEqual([]);
  });

  it('lists the sessions of one bucket', async () => {
    await using app = await testApp();
    await recordSessions(app, [
      { minutes: 10, endedAt: '2026-01-09T12:00:00Z' },
      { minutes: 20, endedAt: '2026-01-10T12:00:00Z' },
    ]);
    const { data } = await app.post(`{
      phaseDurationTrend(bucket: DAY, filter: { phase: "development", until: "2026-01-11" }) {
        phases { sessions { totalCount nodes { durationMinutes } } }
      }
    }`);
    const bucket = (durationMinutes: number) => ({
      phases: [{ sessions: { totalCount: 1, nodes: [{ durationMinutes }] } }],
    });
    expect(data).toEqual({ phaseDurationTrend: [bucket(10), bucket(20)] });
  });

  it.each(['2026-01-09', '2026-01-09T10:30:00Z'])('is empty for an empty window, at %s', async (at) => {
    await using app = await testApp();
    expect(await trend(app, 'HOUR', { since: at, until: at })).toEqual([]);
  });

  it('rejects more than 500 buckets', async () => {
    await using app = await testApp();
    const { errors } = await app.post(
      '{ phaseDurationTrend(bucket: HOUR, filter: { since: "2025-01-01", until: "2026-01-01" }) { since } }',
    );
    expect(errors).toMatchObject([
      {
        message:
          'The period from 2025-01-01T00:00:00.000Z to 2026-01-01T00:00:00.000Z has 8760 buckets of one HOUR. The maximum is 500 buckets. Use a larger bucket, or set since and until to a shorter period',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  });
});

describe('compare', () => {
  it('compares a window with the one before it, with both sample sizes', async () => {
    await using app = await testApp();
    await recordSessions(app, [
      { minutes: 99, endedAt: '2025-12-31T23:59:59.999Z' },
      { minutes: 10, endedAt: '2026-01-01T00:00:00Z' },
      { minutes: 30, endedAt: '2026-01-04T12:00:00Z', outcome: 'rejected' },
      { minutes: 60, endedAt: '2026-01-05T00:00:00Z' },
      { minutes: 99, endedAt: '2026-01-09T00:00:00Z' },
    ]);

    const { compare } = await app.send(CompareDocument, {
      filter: { since: '2026-01-05', until: '2026-01-09', phase: 'development' },
    });

    expect(compare).toMatchObject({
      current: { since: '2026-01-05T00:00:00.000Z', until: '2026-01-09T00:00:00.000Z' },
      previous: { since: '2026-01-01T00:00:00.000Z', until: '2026-01-05T00:00:00.000Z' },
      phases: [
        {
          phase: 'development',
          current: { sessionCount: 1, avgDurationMinutes: 60 },
          previous: { sessionCount: 2, avgDurationMinutes: 20 },
          sessionCountChange: -1,
          avgDurationMinutesChange: 40,
          medianMinutesChange: 40,
          p90MinutesChange: 30,
          rejectionRatePctChange: -50,
          completionRatePctChange: 50,
        },
      ],
    });
  });

  it('returns no change if one of the windows has no sessions', async () => {
    await using app = await testApp();
    await recordSessions(app, [{ minutes: 60, endedAt: '2026-01-10T00:00:00Z' }]);
    const { compare } = await app.send(CompareDocument, {
      filter: { since: '2026-01-05', phase: 'development' },
    });
    // The time is 2026-01-11T10:00, the default of until.
    expect(compare).toMatchObject({
      current: { until: '2026-01-11T10:00:00.000Z' },
      previous: { since: '2025-12-29T14:00:00.000Z' },
      phases: [{ sessionCountChange: 1, avgDurationMinutesChange: null, rejectionRatePctChange: null }],
    });
  });

  it.each([
    ['{}', 'The start of the time window (`since`) is missing. Set `since` in the filter'],
    [
      '{ since: "2027-01-01" }',
      'The window from 2027-01-01T00:00:00.000Z to 2026-01-11T10:00:00.000Z is empty',
    ],
    [
      '{ since: "1000-01-01", until: "9999-12-31" }',
      'The window before 1000-01-01T00:00:00.000Z to 9999-12-31T00:00:00.000Z would begin before the year 0',
    ],
  ])('rejects the filter %s', async (filter, message) => {
    await using app = await testApp();
    const { errors } = await app.post(`{ compare(filter: ${filter}) { phases { phase } } }`);
    expect(errors).toMatchObject([
      { message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});
