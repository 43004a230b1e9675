import type { Connection } from '../src/db/sqlite/driver.ts';
import { AnswerError } from '../src/client/answer.ts';
import type { Client } from '../src/client/client.ts';
import { ClaimTaskDocument, FinishTaskDocument } from '../src/client/generated/graphql.ts';
import { bareLifecycle } from './bare-lifecycle.ts';
import type { Bench } from './bench.ts';
import { fillTasks } from './databases.ts';
import { type Timing, time, timeAtOnce, timing, timingInTurn } from './measure.ts';
import { type Floor, floor, type TimeRow } from './report.ts';
import { sendTypename } from './typename.ts';

export interface LifecycleSizes {
  inTurn: number;
  atOnce: number;
  concurrency: number;
}

/** The first rounds are not counted: the server is still being compiled. */
const warmUp = 30;

/**
 * Claim and finish over HTTP, one after the other and many at once. Also the share of the session in a claim: the
 * difference from a server without the table of sessions. Compared measurements alternate, so that other load on the
 * machine affects them equally.
 */
export async function benchLifecycle(bench: Bench, sizes: LifecycleSizes): Promise<TimeRow[]> {
  const { client, plain } = bench;
  const { inTurn, atOnce, concurrency } = sizes;
  const fill = (connection: Connection) =>
    fillTasks(connection, warmUp + inTurn + atOnce).map(({ key }) => key);
  const keys = fill(bench.connection);
  fill(plain.connection);
  fill(bench.bareConnection);
  const bare = bareLifecycle(bench.bareConnection);

  const measured = emptyDurations();
  const measuredPlain = emptyDurations();
  const measuredBare = emptyDurations();
  for (const [index, key] of keys.slice(0, warmUp + inTurn).entries()) {
    const sides = [
      () => claimAndFinish(client, key, measured),
      () => claimAndFinish(plain.client, key, measuredPlain),
    ];
    // The order alternates, because the first request in a round is slower: the processor was idle before.
    for (const side of index % 2 === 0 ? sides : sides.toReversed()) await side();
    measuredBare.claim.push(await time(() => bare.claim(key)));
    measuredBare.finish.push(await time(() => bare.finish(key)));
  }
  for (const durations of [measured, measuredPlain, measuredBare])
    for (const each of Object.values(durations)) each.splice(0, warmUp);

  const concurrentKeys = keys.slice(warmUp + inTurn);
  const typenameAtOnce = await timeAtOnce(concurrency, concurrentKeys, () => sendTypename(client));
  const claimsAtOnce = await timeAtOnce(concurrency, concurrentKeys, (key) => claim(client, key));
  const finishesAtOnce = await timeAtOnce(concurrency, concurrentKeys, (key) => finish(client, key));

  const typename = timingInTurn(measured.typename);
  const claims = timingInTurn(measured.claim);
  const finishes = timingInTurn(measured.finish);
  return [
    row('{ __typename }, one by one', typename, []),
    row(`{ __typename }, ${concurrency} at once`, typenameAtOnce, []),
    row('claimTask, one by one', claims, [
      floor('{ __typename }', claims, typename),
      floor('bare SQL', claims, timingInTurn(measuredBare.claim)),
    ]),
    row(`claimTask, ${concurrency} at once`, claimsAtOnce, [
      floor('{ __typename }', claimsAtOnce, typenameAtOnce),
    ]),
    row('finishTask, one by one', finishes, [
      floor('{ __typename }', finishes, typename),
      floor('bare SQL', finishes, timingInTurn(measuredBare.finish)),
    ]),
    row(`finishTask, ${concurrency} at once`, finishesAtOnce, [
      floor('{ __typename }', finishesAtOnce, typenameAtOnce),
    ]),
    sessionsShare(measured.claim, measuredPlain.claim),
  ];
}

type Durations = Record<'typename' | 'claim' | 'finish', number[]>;

function emptyDurations(): Durations {
  return { typename: [], claim: [], finish: [] };
}

async function claimAndFinish(client: Client, key: string, durations: Durations): Promise<void> {
  durations.typename.push(await time(() => sendTypename(client)));
  durations.claim.push(await time(() => claim(client, key)));
  durations.finish.push(await time(() => finish(client, key)));
}

export async function claim(client: Client, taskKey: string): Promise<void> {
  const { claimTask } = await client.send(ClaimTaskDocument, { input: { taskKey, agentId: 'bench' } });
  if (claimTask.__typename !== 'ClaimTaskPayload') throw new AnswerError(claimTask.message);
}

async function finish(client: Client, taskKey: string): Promise<void> {
  const { finishTask } = await client.send(FinishTaskDocument, { input: { taskKey } });
  if (finishTask.__typename !== 'FinishTaskPayload') throw new AnswerError(finishTask.message);
}

function row(name: string, measured: Timing, floors: Floor[]): TimeRow {
  return { name, ...measured, floors, limit: null };
}

const shareLimitMs = 10;

/** Compares claims of the same round on both servers, so that slow moments of the machine cancel out. */
function sessionsShare(claims: readonly number[], plainClaims: readonly number[]): TimeRow {
  const differences = claims.map((duration, index) => duration - (plainClaims[index] ?? Number.NaN));
  const measured = timing(differences, null);
  return {
    name: "the session's share of a claim",
    ...measured,
    floors: [],
    limit: { promise: `p50 < ${shareLimitMs} ms`, isBroken: !(measured.p50Ms < shareLimitMs) },
  };
}
