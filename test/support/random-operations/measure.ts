import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphQLError, type GraphQLSchema, MaxIntrospectionDepthRule, parse, validate } from 'graphql';
import { complexityOf } from '../../../src/graphql/limits/complexity.ts';
import { checkDocument, checkDocumentText } from '../../../src/graphql/limits/document-size.ts';
import type { Limits } from '../../../src/graphql/limits/limits.ts';
import { schema } from '../../../src/graphql/schema.ts';
import { readConfig } from '../../../src/server/config.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { type TestApp, testApp } from '../app.ts';
import { chance, type Chance } from '../chance.ts';
import { boardNow, createBoard, valuesOn } from './board.ts';
import { measureTurns, type Turn } from './event-loop-turns.ts';
import { type QueryShape, randomQuery, type Values } from './random-queries.ts';
import { allThreads, currentThread, type ThreadTime, threadTime } from './thread-time.ts';

/** Operations whose cost is above `above` and at most `cost`. */
export interface SizeClass {
  above: number;
  cost: number;
  operations: number;
}

export interface MeasuredOperation {
  query: string;
  /** The cost that the server predicts. */
  cost: number;
  /** The processor time of the main thread, in milliseconds. */
  mainMs: number;
  /** The processor time of the analytics thread, in milliseconds. */
  analyticsMs: number;
  longest: Turn;
  answerBytes: number;
  /** The codes of the errors in the answer. */
  errors: readonly string[];
}

export interface MeasureOptions {
  seed: number;
  sessions: number;
  classes: readonly SizeClass[];
  /** How often to send each operation. The measured times are the shortest, the turn and the answer are the largest. */
  runs: number;
  onMeasured: (operation: MeasuredOperation) => void;
}

export const usualLimits: Limits = readConfig({}).limits;

/** Sends random operations one after the other to a server in this process, and measures each. */
export async function measureRandomOperations(options: MeasureOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  try {
    const databaseFile = join(folder, 'board.db');
    await createBoard(databaseFile, options.sessions);
    await using app = await testApp({
      clock: { ...systemClock, now: () => boardNow },
      config: { databaseFile, limits: { ...usualLimits, requestsPerMinute: 1_000_000_000 } },
    });
    await measureOn(app, valuesOn(databaseFile), options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureOn(
  app: TestApp,
  values: Values,
  { seed, classes, runs, onMeasured }: MeasureOptions,
): Promise<void> {
  const before = new Set(allThreads());
  // Starts the analytics thread.
  await app.post('{ phaseDurations { phase } }');
  using analytics = busiestOf(allThreads().filter((thread) => !before.has(thread)));
  using main = threadTime(currentThread());
  using turns = measureTurns(main);
  const random = chance(seed);

  const measure = async (query: string, cost: number): Promise<MeasuredOperation> => {
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    };
    const analyticsStart = analytics.read();
    const { result, longest, processorMs } = await turns.during(async () => {
      const response = await app.fetch('http://test/graphql', request);
      return response.text();
    });
    const analyticsMs = (analytics.read() - analyticsStart) / 1e6;
    app.logged.length = 0;
    app.statements.length = 0;
    const errors = errorCodes(result);
    return {
      query,
      cost,
      mainMs: processorMs,
      analyticsMs,
      longest,
      answerBytes: Buffer.byteLength(result),
      errors,
    };
  };

  // Until V8 has compiled what all operations use.
  for (let round = 0; round < 300; round += 1) {
    const { query, cost } = operationIn(random, values, { above: 0, cost: 3_000 });
    await measure(query, cost);
  }
  for (const sizeClass of shuffled(classes, random)) {
    const { query, cost } = operationIn(random, values, sizeClass);
    let measured = await measure(query, cost);
    // A comment makes it another document for the caches.
    for (let run = 1; run < runs; run += 1)
      measured = both(measured, await measure(`${query} #${run}`, cost));
    onMeasured(measured);
  }
}

/** Other programs on the machine slow down an operation at times, so the shorter time is nearer to its own. */
function both(one: MeasuredOperation, other: MeasuredOperation): MeasuredOperation {
  return {
    ...one,
    mainMs: Math.min(one.mainMs, other.mainMs),
    analyticsMs: Math.min(one.analyticsMs, other.analyticsMs),
    longest: one.longest.processorMs > other.longest.processorMs ? one.longest : other.longest,
    answerBytes: Math.max(one.answerBytes, other.answerBytes),
  };
}

/** Each class as often as it has operations, in random order. */
function shuffled(classes: readonly SizeClass[], random: Chance): SizeClass[] {
  const left = classes.map((sizeClass) => ({ sizeClass, left: sizeClass.operations }));
  const order: SizeClass[] = [];
  for (let total = left.reduce((sum, each) => sum + each.left, 0); total > 0; total -= 1) {
    let index = random.below(total);
    const next = left.find((each) => (index -= each.left) < 0);
    if (next === undefined) break;
    next.left -= 1;
    order.push(next.sizeClass);
  }
  return order;
}

function busiestOf(threads: readonly number[]): ThreadTime {
  let busiest: ThreadTime | undefined;
  for (const thread of threads) {
    const time = threadTime(thread);
    if (busiest !== undefined && busiest.read() >= time.read()) time[Symbol.dispose]();
    else {
      busiest?.[Symbol.dispose]();
      busiest = time;
    }
  }
  if (busiest === undefined) throw new Error('The analytics thread did not start');
  return busiest;
}

/** Returns a random operation within the limits, with a cost in this range. */
function operationIn(
  random: Chance,
  values: Values,
  { above, cost: highest }: Pick<SizeClass, 'above' | 'cost'>,
): { query: string; cost: number } {
  for (let attempt = 0; attempt < 10_000; attempt += 1) {
    const shape: QueryShape = {
      rootFields: highest > 1_000 ? 48 : 4,
      depth: random.below(5),
      pageSize: Math.min(500, highest),
    };
    const query = randomQuery(schema, random, values, shape);
    const cost = costWithinLimits(schema, query);
    if (cost !== undefined && cost > above && cost <= highest) return { query, cost };
  }
  throw new Error(`Found no operation with a cost from ${above} to ${highest}`);
}

/** Returns the cost of a query, or undefined if it exceeds a limit. */
export function costWithinLimits(of: GraphQLSchema, query: string): number | undefined {
  try {
    checkDocumentText(query, usualLimits);
    const document = parse(query);
    checkDocument(document, usualLimits);
    const { cost, errors } = complexityOf(
      { schema: of, document },
      {
        complexity: usualLimits.queryComplexity,
        setting: 'MAX_QUERY_COMPLEXITY',
        pageSize: usualLimits.pageSize,
      },
    );
    if (errors.length > 0) return undefined;
    return validate(of, document, [MaxIntrospectionDepthRule]).length > 0 ? undefined : cost;
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

function errorCodes(answer: string): string[] {
  if (!answer.includes('"errors"')) return [];
  const { errors = [] }: { errors?: { extensions?: { code?: string } }[] } = JSON.parse(answer);
  return errors.map(({ extensions }) => extensions?.code ?? 'NONE');
}
