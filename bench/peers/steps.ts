import { dataSets } from './data-sets.ts';
import type { LoadJob, LoadResult, Work } from './load/job.ts';
import type { PeerBench, Running, Sample, Step } from './rounds.ts';
import type { RowName } from './rows.ts';
import type { System } from './systems.ts';

/** 3,000 tasks can be claimed five times. Nine measurements of this size leave the whole queue waiting. */
const mostNextClaims = 1_300;
const warmUpNextClaims = 300;

type Clients = 1 | 8 | 32;

/** The shipped product and the complete peers, but not Yoga alone. */
const hasTasks = ({ dialect }: System) => dialect !== null;

/** Sends load to one system. */
async function load(
  { generator, seconds }: PeerBench,
  { system, server }: Running,
  work: Work,
  job: Partial<LoadJob> & { clients: number },
): Promise<LoadResult> {
  return generator.run({ url: server.url, dialect: system.dialect ?? 'plain', work, seconds, ...job });
}

/** Claims and finishes tasks by key. */
export function claimStep(clients: Clients): Step {
  const claim = async (bench: PeerBench, running: Running, seconds = bench.seconds) => {
    const result = await load(bench, running, 'claims', {
      clients,
      seconds,
      firstTask: running.nextTask,
      taskCount: dataSets.claimable,
    });
    running.nextTask = result.nextTask;
    return result;
  };
  return {
    title: `claim + finish, ${inWords(clients)}${clients === 8 ? ' (pairs/s / p50 ms / p99 ms / processor ms)' : ''}`,
    suits: hasTasks,
    async warmUp(bench, running) {
      if (clients === 8) await claim(bench, running, bench.warmUpSeconds);
    },
    async measure(bench, running) {
      const before = running.server.processorMs();
      const result = await claim(bench, running);
      return claimSamples(clients, result, running.server.processorMs() - before);
    },
  };
}

function claimSamples(clients: Clients, result: LoadResult, processorMs: number): Sample[] {
  const { perSecond, rounds, requests } = result;
  if (clients === 1) return [{ row: 'pairs1', figure: perSecond }];
  if (clients === 8)
    return [
      { row: 'pairs8', figure: perSecond },
      { row: 'claimP50At8', figure: requests.p50Ms },
      { row: 'claimP99At8', figure: requests.p99Ms },
      { row: 'processorPerPair', figure: processorMs / rounds },
    ];
  return [
    { row: 'pairs32', figure: perSecond },
    { row: 'claimP99At32', figure: requests.p99Ms },
  ];
}

/** Reads twenty tasks with their sessions. */
export const nestedStep: Step = {
  title: 'nested read, 8 clients',
  suits: hasTasks,
  async warmUp(bench, running) {
    const { sessionsRead } = await readNested(bench, running, bench.warmUpSeconds);
    running.sessionsRead = sessionsRead;
  },
  async measure(bench, running) {
    const { perSecond } = await readNested(bench, running);
    return [{ row: 'nested', figure: perSecond }];
  },
};

export function readNested(bench: PeerBench, running: Running, seconds = bench.seconds): Promise<LoadResult> {
  return load(bench, running, 'nested', { clients: 8, seconds });
}

export const typenameStep: Step = {
  title: '{ __typename }, 8 clients',
  suits: () => true,
  async warmUp(bench, running) {
    await load(bench, running, 'typename', { clients: 8, seconds: bench.warmUpSeconds });
  },
  async measure(bench, running) {
    const { perSecond } = await load(bench, running, 'typename', { clients: 8 });
    return [{ row: 'typename', figure: perSecond }];
  },
};

/** Claims the next task of a queue and finishes it. The queue stays as long: a task comes back to it four times. */
export function nextClaimStep(waiting: '3,000' | '10,000', clients: Clients, row: RowName): Step {
  return {
    title: `claimNextTask + finish, ${waiting} waiting, ${inWords(clients)}`,
    suits: hasTasks,
    async warmUp(bench, running) {
      const seconds = bench.warmUpSeconds;
      if (clients === 8)
        await load(bench, running, 'nextClaims', { clients, seconds, mostRounds: warmUpNextClaims });
    },
    async measure(bench, running) {
      const { perSecond } = await load(bench, running, 'nextClaims', { clients, mostRounds: mostNextClaims });
      return [{ row, figure: perSecond }];
    },
  };
}

export const phaseDurationsStep: Step = {
  title: 'phase durations, p50 ms',
  suits: hasTasks,
  async warmUp(bench, running) {
    await load(bench, running, 'phaseDurations', { clients: 1, seconds: bench.warmUpSeconds });
  },
  async measure(bench, running) {
    const { requests } = await load(bench, running, 'phaseDurations', { clients: 1 });
    return [{ row: 'phaseDurations', figure: requests.p50Ms }];
  },
};

function inWords(clients: number): string {
  return clients === 1 ? '1 client' : `${clients} clients`;
}
