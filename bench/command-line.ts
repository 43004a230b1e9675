import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import buildProgram from '../test/support/build-program.ts';
import { sharkFile } from '../test/support/program.ts';
import { startServerProcess } from '../test/support/server-process.ts';
import { createDatabase, fillTasks } from './databases.ts';
import { time, timingInTurn } from './measure.ts';
import { floor, type TimeRow } from './report.ts';
import { fillSessions } from './sessions.ts';

const run = promisify(execFile);

/** The first rounds are not counted: the files of the program are not cached yet. */
const warmUp = 2;

const quickMs = 400;
const staleMs = 1_000;
/** On a slow machine, as a multiple of a Node process that does nothing: the speed of machines drifts by half. */
const quickRatio = 6.5;
const taskCount = 100_000;

type Measured = 'nothing' | 'list' | 'claim' | 'staleOnFile' | 'staleOnServer';

/** Complete processes of `shark`, from start to exit, alternating with a Node process that does nothing. */
export async function benchCommandLine(folder: string, { rounds }: { rounds: number }): Promise<TimeRow[]> {
  buildProgram();
  const file = join(folder, 'command-line.db');
  const connection = await createDatabase(file);
  const tasks = fillTasks(connection, taskCount);
  fillSessions(connection, tasks, { longestPast: 1 });
  connection.close();
  // The tasks without an active session.
  const waiting = tasks.filter(({ id }) => id % 50 !== 0).map(({ key }) => key);

  const onFile = { DATABASE_URL: `file:${file}` };
  const server = await startServerProcess(onFile);
  const onServer = { SHARK_URL: server.url };
  const shark = (settings: Readonly<Record<string, string>>, ...args: string[]) =>
    time(() => run(process.execPath, [sharkFile, ...args], { env: { ...settings, PATH: process.env.PATH } }));
  const staleQuery = ['task', 'sessions', '--active', '--stale=4h', '--json'];
  const durations: Record<Measured, number[]> = {
    nothing: [],
    list: [],
    claim: [],
    staleOnFile: [],
    staleOnServer: [],
  };
  for (let round = 0; round < warmUp + rounds; round += 1) {
    durations.nothing.push(await time(() => run(process.execPath, ['-e', '0'])));
    durations.list.push(await shark(onFile, 'task', 'list', '--limit=10'));
    durations.claim.push(
      await shark(onFile, 'task', 'claim', waiting[round] ?? '', '--agent=backend', '--json'),
    );
    durations.staleOnFile.push(await shark(onFile, ...staleQuery));
    durations.staleOnServer.push(await shark(onServer, ...staleQuery));
  }
  await server.stop();

  const timingOf = (name: Measured) => timingInTurn(durations[name].slice(warmUp));
  const row = (what: string, name: Measured, limitMs: number): TimeRow => {
    const timing = timingOf(name);
    const nothing = floor('a Node that does nothing', timing, timingOf('nothing'));
    return {
      name: `shark ${what}, a complete process`,
      ...timing,
      floors: [nothing],
      limit: {
        promise: `p50 < ${limitMs} ms${limitMs === quickMs ? ` or ${quickRatio} x` : ''}`,
        isBroken: !(timing.p50Ms < limitMs || (limitMs === quickMs && nothing.ratio < quickRatio)),
      },
    };
  };
  const size = `${taskCount.toLocaleString('en')} tasks`;
  return [
    row(`task list on the file, ${size}`, 'list', quickMs),
    row(`task claim on the file, ${size}`, 'claim', quickMs),
    row(`task sessions --active --stale=4h --json on the file, ${size}`, 'staleOnFile', staleMs),
    row(`task sessions --active --stale=4h --json on a server, ${size}`, 'staleOnServer', staleMs),
  ];
}
