import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bottlenecks } from '../../../src/domain/analytics/bottlenecks.ts';
import type { PhaseFlow, SegmentSummary } from '../../../src/domain/analytics/flow.ts';
import { noTime, type TimeSpent } from '../../../src/domain/analytics/time-spent.ts';
import { defaultWorkflowFile } from '../../../src/domain/workflow/default-workflow.ts';
import { workflowFrom } from '../workflow/workflows.ts';

const workflow = workflowFrom(defaultWorkflowFile);
const minute = 60_000;
const hour = 60 * minute;

function summary(count: number, median: number | null, total: number): SegmentSummary {
  return { count, total, median, p50: median, p85: median, p90: median, p95: median, p99: median };
}

interface InShort {
  tasks: number;
  spent: Partial<TimeSpent>;
  waits?: [count: number, median: number];
  touches?: [count: number, median: number];
}

function flowOf(phase: string, { tasks, spent: given, waits, touches }: InShort): PhaseFlow {
  const spent = { ...noTime(), ...given };
  return {
    phase,
    tasks,
    spent,
    waits: summary(waits?.[0] ?? 0, waits?.[1] ?? null, spent.queue),
    touches: summary(touches?.[0] ?? 0, touches?.[1] ?? null, spent.work + spent.rework),
    sessions: touches?.[0] ?? 0,
    waitingNow: 0,
    longestWaits: [],
  };
}

const sentences = (...flows: PhaseFlow[]) => bottlenecks(workflow, flows).map(({ sentence }) => sentence);

describe('bottlenecks', () => {
  const development = flowOf('development', {
    tasks: 10,
    spent: { queue: 10 * hour, work: 20 * hour, rework: 8 * hour },
    waits: [12, 40 * minute],
    touches: [14, 2 * hour],
  });
  const review = flowOf('review', {
    tasks: 8,
    spent: { queue: 54 * hour, work: 6 * hour, rework: hour, blocked: hour },
    waits: [9, 3 * hour + 12 * minute],
    touches: [9, 18 * minute],
  });

  it('are sorted by the time that a task spends in the phase, and have the share of all time', () => {
    expect(bottlenecks(workflow, [development, review])).toEqual([
      {
        rank: 1,
        flow: review,
        perTask: 7.75 * hour,
        sharePct: 62,
        sentence:
          'Review is the largest bottleneck: 62.0 % of the total time, on average 7 h 45 min per task (8 tasks); tasks wait 3 h 12 min for a claim (median of 9), are worked on for 18 min (median of 9) and are blocked 8 min on average.',
      },
      {
        rank: 2,
        flow: development,
        perTask: 3.8 * hour,
        sharePct: 38,
        sentence:
          'Development takes 38.0 % of the total time, on average 3 h 48 min per task (10 tasks); tasks wait 40 min for a claim (median of 12) and are worked on for 2 h (median of 14).',
      },
    ]);
  });

  it('are sorted by the time per task, regardless of the number of tasks in the phase', () => {
    const seldom = flowOf('approval', { tasks: 1, spent: { queue: 8 * hour }, waits: [1, 8 * hour] });
    expect(bottlenecks(workflow, [development, review, seldom]).map(({ flow }) => flow.phase)).toEqual([
      'approval',
      'review',
      'development',
    ]);
  });

  it('omit phases without time, complete phases, and time in no phase', () => {
    const left = ['done', 'any'].map((phase) => flowOf(phase, { tasks: 3, spent: { idle: 900 * hour } }));
    const ranked = bottlenecks(workflow, [flowOf('planning', { tasks: 0, spent: {} }), review, ...left]);
    expect(ranked.map(({ flow, sharePct }) => [flow.phase, sharePct])).toEqual([['review', 100]]);
    expect(bottlenecks(workflow, [])).toEqual([]);
  });

  it('include a phase that is not in the workflow but has sessions', () => {
    const foreign = flowOf('security', { tasks: 2, spent: { work: hour }, touches: [2, 30 * minute] });
    expect(sentences(foreign)).toEqual([
      'Security is the largest bottleneck: 100.0 % of the total time, on average 30 min per task (2 tasks); tasks are worked on for 30 min (median of 2).',
    ]);
  });

  it.each<[string, InShort, string]>([
    [
      'only waiting time',
      { tasks: 1, spent: { queue: 20_000 }, waits: [1, 20_000] },
      'less than a minute for one task; tasks wait less than a minute for a claim (median of 1).',
    ],
    [
      'only blocked time',
      { tasks: 2, spent: { blocked: 2 * hour } },
      'on average 1 h per task (2 tasks); tasks are blocked 1 h on average.',
    ],
    [
      'only idle time',
      { tasks: 2, spent: { idle: 52 * hour } },
      'on average 1 d 2 h per task (2 tasks); tasks are idle 1 d 2 h on average.',
    ],
    [
      'blocked and idle time',
      { tasks: 1, spent: { blocked: hour, idle: hour } },
      '2 h for one task; tasks are blocked 1 h on average and are idle 1 h on average.',
    ],
    [
      'everything',
      {
        tasks: 1,
        spent: { queue: hour, work: hour, rework: hour, blocked: hour, idle: hour },
        waits: [1, hour],
        touches: [2, hour],
      },
      '5 h for one task; tasks wait 1 h for a claim (median of 1), are worked on for 1 h (median of 2), are blocked 1 h on average and are idle 1 h on average.',
    ],
  ])('have a sentence for a phase with %s', (_name, inShort, end) => {
    expect(sentences(flowOf('qa', inShort))).toEqual([
      `QA is the largest bottleneck: 100.0 % of the total time, ${end}`,
    ]);
  });

  it('have a valid sentence for any numbers', () => {
    const length = fc.nat({ max: 1_000 * hour });
    const flow = fc
      .record({
        phase: fc.constantFrom(...workflow.phases, 'any', 'security'),
        tasks: fc.integer({ min: 1, max: 1_000 }),
        spent: fc.record({ queue: length, work: length, rework: length, blocked: length, idle: length }),
        waits: fc.option(fc.tuple(fc.integer({ min: 1, max: 9 }), length), { nil: undefined }),
        touches: fc.option(fc.tuple(fc.integer({ min: 1, max: 9 }), length), { nil: undefined }),
      })
      .map(({ phase, tasks, spent, waits, touches }) =>
        flowOf(phase, { tasks, spent, ...(waits && { waits }), ...(touches && { touches }) }),
      );
    fc.assert(
      fc.property(fc.array(flow), (flows) => {
        const ranked = bottlenecks(workflow, flows);
        expect(ranked.map(({ rank }) => rank)).toEqual(ranked.map((_item, index) => index + 1));
        expect(ranked.map(({ perTask }) => perTask)).toEqual(
          ranked.map(({ perTask }) => perTask).toSorted((one, other) => other - one),
        );
        for (const { sentence } of ranked) {
          expect(sentence).toMatch(/^[A-Z].* of the total time, .*; tasks .*\.$/);
          expect(sentence).not.toMatch(/NaN|null|undefined|Infinity|\b0 (d|h|min)\b/);
        }
      }),
    );
  });
});
