import { setTimeout as delay } from 'node:timers/promises';
import { AnswerError } from '../src/client/answer.ts';
import { ClaimTaskDocument, SessionTurnedStaleDocument } from '../src/client/generated/graphql.ts';
import type { Bench } from './bench.ts';
import { fillTasks } from './databases.ts';
import { timing } from './measure.ts';
import { floor, type TimeRow } from './report.ts';
import { createWallClock } from './wall-clock.ts';

const thresholdMs = 2_000;
const betweenClaimsMs = 40;
const limitMs = 250;
const wallClock = createWallClock();

/**
 * The delay from the deadline of a session to the receipt of its event. The floor is the delay of a timer in this
 * process that is set to the same deadline.
 */
export async function benchStalePush({ client, connection }: Bench, count: number): Promise<TimeRow> {
  const tasks = fillTasks(connection, count);
  const received: number[] = [];
  const receiving = (async () => {
    const events = client.subscribe(SessionTurnedStaleDocument, { staleAfter: `${thresholdMs / 1_000}s` });
    for await (const { sessionTurnedStale } of events) {
      received.push(wallClock() - Date.parse(sessionTurnedStale.staleAt));
      if (received.length === count) break;
    }
  })();

  const timers: Promise<number>[] = [];
  for (const { key } of tasks) {
    const { claimTask } = await client.send(ClaimTaskDocument, { input: { taskKey: key, agentId: 'bench' } });
    if (claimTask.__typename !== 'ClaimTaskPayload') throw new AnswerError(claimTask.message);
    if (claimTask.session !== null)
      timers.push(timerLateness(Date.parse(claimTask.session.startedAt) + thresholdMs));
    await delay(betweenClaimsMs);
  }
  await receiving;

  const measured = timing(received, null);
  return {
    name: 'sessionTurnedStale, from the deadline to the receipt',
    ...measured,
    floors: [floor('a bare timer', measured, timing(await Promise.all(timers), null))],
    limit: { promise: `p99 < ${limitMs} ms`, isBroken: !(measured.p99Ms < limitMs) },
  };
}

async function timerLateness(deadlineMs: number): Promise<number> {
  // Rounded up, because a timer ignores fractions of milliseconds and would fire early.
  await delay(Math.ceil(deadlineMs - wallClock()));
  return wallClock() - deadlineMs;
}
