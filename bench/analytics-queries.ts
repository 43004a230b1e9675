import { queuesByHand } from './queues-by-hand.ts';

export interface Analytic {
  name: string;
  query: string;
  /** Whether it is one of the required analytics, which have a stricter limit. */
  isNamed: boolean;
  /** The result in one SQL statement, if the statements of the server only read the data and code computes the result. */
  byHand?: string;
}

const dayMs = 24 * 3_600_000;

const statistics = `avgDurationMinutes medianMinutes p50Minutes p85Minutes p90Minutes p95Minutes p99Minutes totalMinutes
  completedCount rejectedCount blockedCount abandonedCount rejectionRatePct completionRatePct abandonedRatePct`;

/** The measured queries. By default they cover all sessions. */
export function analyticsUntil(until: Date): Analytic[] {
  const lastDays = (days: number) =>
    `{ since: "${new Date(until.getTime() - days * dayMs).toISOString()}", until: "${until.toISOString()}" }`;
  return [
    {
      name: 'phaseDurations',
      query: `{ phaseDurations { phase sessionCount activeCount ${statistics} } }`,
      isNamed: true,
    },
    {
      name: 'phaseDurations of 30 days',
      query: `{ phaseDurations(filter: ${lastDays(30)}) { phase sessionCount activeCount ${statistics} } }`,
      isNamed: true,
    },
    {
      name: 'agentPerformance',
      query: `{ agentPerformance { agentId agentType totalSessions activeSessions ${statistics} } }`,
      isNamed: true,
    },
    {
      name: 'phaseDurationTrend by week',
      query: `{ phaseDurationTrend(bucket: WEEK) { since phases { phase sessionCount ${statistics} } } }`,
      isNamed: false,
    },
    {
      name: 'compare, 30 days',
      query: `{ compare(filter: ${lastDays(30)}) { phases { current { ${statistics} } previous { ${statistics} } } } }`,
      isNamed: false,
    },
    {
      name: 'phaseDurations with first passes',
      query: '{ phaseDurations { phase firstPass { taskCount passedCount yieldPct } } }',
      isNamed: false,
    },
    {
      name: 'agentPerformance with rework',
      query: '{ agentPerformance { agentId totalSessions rework { count ratePct } } }',
      isNamed: false,
    },
    {
      name: 'bottlenecks',
      query: '{ bottlenecks { rank sentence } }',
      isNamed: false,
      byHand: queuesByHand,
    },
    {
      name: 'agingWork, 50 tasks',
      query:
        '{ agingWork(first: 50) { totalCount nodes { task { key } ageMinutes phaseMinutes percentile } } }',
      isNamed: false,
    },
    {
      name: 'throughput by week',
      query: '{ throughput(bucket: WEEK) { since created completed reworked } }',
      isNamed: false,
    },
    {
      name: 'cumulativeFlow by week',
      query: '{ cumulativeFlow(bucket: WEEK) { until total bands { phase taskCount } } }',
      isNamed: false,
    },
  ];
}
