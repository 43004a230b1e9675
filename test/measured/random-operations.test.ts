import { expect, it } from 'vitest';
import {
  type MeasuredOperation,
  measureRandomOperations,
  type SizeClass,
  usualLimits,
} from '../support/random-operations/measure.ts';
import { rankCorrelation } from '../support/random-operations/rank-correlation.ts';
import { seedFrom } from '../support/chance.ts';

/** The longest time that an operation may hold the event loop without a pause, in milliseconds. */
const longestTurnMs = 50;

// The default seed is the same in each run, so that failures are reproducible.
const seed = seedFrom('RANDOM_OPERATIONS_SEED', 1);
// 100,000 operations take ten minutes.
const count = seedFrom('RANDOM_OPERATIONS', 10_000);

/** Operations take a few milliseconds each, and much longer on a busy machine. */
const timeoutMs = 600_000 + 30 * count;

/** The shares of all operations. Most are small, as in practice. */
const manySmall = classes(count, [
  [0, 30, 0.6],
  [30, 300, 0.325],
  [300, 1_000, 0.06],
  [1_000, 10_000, 0.013],
  [10_000, 50_000, 0.002],
]);

/** Each order of magnitude has a similar share. Otherwise, the ranks of the many small ones would be mostly chance. */
const allSizes = classes(Math.min(1_000, count), [
  [0, 30, 0.18],
  [30, 100, 0.18],
  [100, 300, 0.18],
  [300, 1_000, 0.18],
  [1_000, 3_000, 0.12],
  [3_000, 10_000, 0.1],
  [10_000, 50_000, 0.06],
]);

it(
  'random operations within the limits hold the event loop only for short times',
  async () => {
    const sizes = new Map<string, number>();
    const errors = new Map<string, number>();
    const tooLong: string[] = [];
    const tooLarge: string[] = [];
    await measureRandomOperations({
      seed,
      sessions: 20_000,
      classes: manySmall,
      runs: 1,
      onMeasured(operation) {
        const size = `up to ${manySmall.find(({ cost }) => operation.cost <= cost)?.cost}`;
        sizes.set(size, (sizes.get(size) ?? 0) + 1);
        for (const code of new Set(operation.errors)) errors.set(code, (errors.get(code) ?? 0) + 1);
        if (operation.longest.processorMs > longestTurnMs) tooLong.push(described(operation));
        if (operation.answerBytes > usualLimits.answerBytes) tooLarge.push(described(operation));
      },
    });
    console.log({ seed, sizes, errors });
    expect({ seed, tooLong, tooLarge }).toEqual({ seed, tooLong: [], tooLarge: [] });
    expect([...errors.keys()]).not.toContain('GRAPHQL_VALIDATION_FAILED');
  },
  timeoutMs,
);

it(
  'the predicted cost of an operation correlates with its processor time',
  async () => {
    const measured: MeasuredOperation[] = [];
    await measureRandomOperations({
      seed,
      sessions: 20_000,
      classes: allSizes,
      runs: 2,
      onMeasured: (operation) => void measured.push(operation),
    });
    // An error ends an operation early.
    const answered = measured.filter(({ errors }) => errors.length === 0);
    const correlation = rankCorrelation(
      answered.map(({ cost }) => cost),
      answered.map(timeOf),
    );
    const underestimated = answered
      .toSorted((one, other) => timeOf(other) / expectedMs(other) - timeOf(one) / expectedMs(one))
      .slice(0, 10);
    console.log(`Rank correlation: ${correlation.toFixed(3)} (seed ${seed}). The most underestimated:`);
    for (const operation of underestimated) console.log(described(operation));
    expect(correlation).toBeGreaterThan(0.8);
  },
  timeoutMs,
);

/** The processor time of both threads that work for an operation, in milliseconds. */
function timeOf({ mainMs, analyticsMs }: MeasuredOperation): number {
  return mainMs + analyticsMs;
}

/** About the time of an operation of this cost: a millisecond for each, and 10 µs for each value. */
function expectedMs({ cost }: MeasuredOperation): number {
  return 1 + cost / 100;
}

function described(operation: MeasuredOperation): string {
  const { query, cost, longest, answerBytes } = operation;
  const ms = (milliseconds: number) => `${milliseconds.toFixed(1)} ms`;
  return `cost ${cost}, ${ms(timeOf(operation))}, turn ${ms(longest.processorMs)} (collection ${ms(longest.collectionMs)}), ${answerBytes} bytes: ${query.slice(0, 160)}`;
}

function classes(operations: number, shares: readonly (readonly [number, number, number])[]): SizeClass[] {
  return shares.map(([above, cost, share]) => ({ above, cost, operations: Math.round(operations * share) }));
}
