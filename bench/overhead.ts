import { join } from 'node:path';
import { createClient } from '../src/client/client.ts';
import { startServerProcess } from '../test/support/server-process.ts';
import { tokens, writeTokens } from '../test/support/tokens.ts';
import { createDatabase, fillTasks } from './databases.ts';
import { claim } from './lifecycle.ts';
import { time, timingInTurn } from './measure.ts';
import { floor, type TimeRow } from './report.ts';
import { sendTypename } from './typename.ts';

/** The first rounds are not counted: the servers are still being compiled. */
const warmUp = 100;

const mostTimes = 1.25;

/**
 * The cost of access control, limits, metrics and the log per request: a server with the settings for public access,
 * compared with a server without these features. Each round measures both, in alternating order.
 */
export async function benchOverhead(folder: string, { rounds }: { rounds: number }): Promise<TimeRow[]> {
  const tokensFile = join(folder, 'tokens.json');
  writeTokens(tokensFile);
  const guarded = await started(join(folder, 'guarded.db'), warmUp + rounds, 'src/main.ts', {
    API_TOKENS_FILE: tokensFile,
    MAX_REQUESTS_PER_MINUTE: '1000000',
    LOG_LEVEL: 'info',
  });
  const unguarded = await started(
    join(folder, 'unguarded.db'),
    warmUp + rounds,
    'bench/unguarded-server.ts',
    {},
  );
  const typename = emptyDurations();
  const claims = emptyDurations();
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const sides = [
      { side: 'guarded', ...guarded },
      { side: 'unguarded', ...unguarded },
    ] as const;
    for (const { side, client, keys } of round % 2 === 0 ? sides : sides.toReversed()) {
      typename[side].push(await time(() => sendTypename(client)));
      claims[side].push(await time(() => claim(client, keys[round] ?? '')));
    }
  }
  await Promise.all([guarded.stop(), unguarded.stop()]);
  return [row('{ __typename }', typename), row('claimTask', claims)];
}

async function started(
  file: string,
  tasks: number,
  program: string,
  settings: Readonly<Record<string, string>>,
) {
  const connection = await createDatabase(file);
  const keys = fillTasks(connection, tasks).map(({ key }) => key);
  connection.close();
  const server = await startServerProcess({ DATABASE_URL: `file:${file}`, ...settings }, program);
  return { client: createClient({ url: server.url, token: tokens.orchestrator }), keys, stop: server.stop };
}

type Durations = Record<'guarded' | 'unguarded', number[]>;

function emptyDurations(): Durations {
  return { guarded: [], unguarded: [] };
}

function row(what: string, durations: Durations): TimeRow {
  const measured = timingInTurn(durations.guarded.slice(warmUp));
  const without = floor('without', measured, timingInTurn(durations.unguarded.slice(warmUp)));
  return {
    name: `${what} with access control, limits, metrics and log`,
    ...measured,
    floors: [without],
    limit: { promise: `p50 < ${mostTimes} x without`, isBroken: !(without.ratio < mostTimes) },
  };
}
