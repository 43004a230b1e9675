import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const project = fileURLToPath(new URL('../..', import.meta.url));

const analytics = [
  'phaseDurations',
  'phaseDurations of 30 days',
  'agentPerformance',
  'phaseDurationTrend by week',
  'compare, 30 days',
  'phaseDurations with first passes',
  'agentPerformance with rework',
  'bottlenecks',
  'agingWork, 50 tasks',
  'throughput by week',
  'cumulativeFlow by week',
];

it('the quick benchmark is within all limits and writes its results', async () => {
  const startedAt = new Date();
  // Rejects with the output if the exit code is not 0, for example when a limit is broken.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'bench/run.ts', '--quick'],
    { cwd: project },
  );

  const result: unknown = JSON.parse(readFileSync(`${project}/bench/results/latest.json`, 'utf8'));
  const kept = { isBroken: false, promise: expect.any(String) };
  const timed = { samples: expect.any(Number), p50Ms: expect.any(Number), p99Ms: expect.any(Number) };
  const besides = (...names: string[]) => names.map((name) => ({ name, ratio: expect.any(Number) }));
  const held = { samples: expect.any(Number), bytes: expect.any(Number) };
  const timedRows = [
    { name: '{ __typename }, one by one', floors: [], limit: null },
    { name: '{ __typename }, 20 at once', floors: [], limit: null },
    { name: 'claimTask, one by one', floors: besides('{ __typename }', 'bare SQL'), limit: null },
    { name: 'claimTask, 20 at once', floors: besides('{ __typename }'), limit: null },
    { name: 'finishTask, one by one', floors: besides('{ __typename }', 'bare SQL'), limit: null },
    { name: 'finishTask, 20 at once', floors: besides('{ __typename }'), limit: null },
    { name: "the session's share of a claim", floors: [], limit: kept },
    {
      name: 'sessionTurnedStale, from the deadline to the receipt',
      floors: besides('a bare timer'),
      limit: kept,
    },
    {
      name: expect.stringMatching(/^50 stale of [\d,]+ sessions, 10,\d+ tasks$/),
      floors: besides('{ __typename }', 'bare SQL'),
      limit: kept,
    },
    {
      name: expect.stringMatching(/^500 stale of [\d,]+ sessions, 100,\d+ tasks$/),
      floors: besides('{ __typename }', 'bare SQL'),
      limit: kept,
    },
  ];
  const analytic = (name: string, sessions: string, limit: unknown) => ({
    name: `${name}, ${sessions} sessions`,
    floors:
      name === 'bottlenecks'
        ? besides('bare SQL', 'its statement alone', '{ __typename }')
        : besides('bare SQL', '{ __typename }'),
    heldMs: expect.any(Number),
    limit,
  });
  const analyticsRows = [
    ...analytics.map((name) => analytic(name, '10,000', null)),
    ...analytics.map((name) => analytic(name, '50,000', kept)),
    { name: 'claimTask alone, 50,000 sessions', floors: [], limit: null },
    {
      name: 'claimTask during analytics, 50,000 sessions',
      floors: besides('claimTask alone'),
      limit: kept,
    },
    { name: 'the event loop during { __typename }', heldMs: expect.any(Number), limit: null },
    { name: 'the event loop during one query of each analytic', heldMs: expect.any(Number), limit: kept },
  ];
  const fanOut = (perSecond: number) => `20 sockets, ${perSecond} of 10,000 sessions due per second`;
  const fanOutRows = [100, 400].map((perSecond) => ({
    name: `sessionTurnedStale to ${fanOut(perSecond)}`,
    samples: 2 * perSecond * 20,
    corePercent: expect.any(Number),
    floors: besides('bare sockets'),
    limit: kept,
  }));
  const fanOutMemory = { name: `memory held during events to ${fanOut(400)}`, samples: 800, limit: kept };
  const idleRows = [
    { name: 'an idle subscriber, memory held', limit: kept },
    { name: 'an idle subscriber, resident memory', limit: null },
    { name: 'an idle subscriber with its own filter, memory held', limit: kept },
  ];
  const passed = 'while 20,000 events pass a paused socket';
  const besidePaused = {
    name: `1 in 50 at 18 sockets ${passed}`,
    samples: 7_200,
    floors: besides('without a paused socket'),
    limit: kept,
  };
  const overheadRows = ['{ __typename }', 'claimTask'].map((what) => ({
    name: `${what} with access control, limits, metrics and log`,
    samples: 400,
    floors: besides('without'),
    limit: kept,
  }));
  const commandLineRows = [
    'task list on the file',
    'task claim on the file',
    'task sessions --active --stale=4h --json on the file',
    'task sessions --active --stale=4h --json on a server',
  ].map((what) => ({
    name: `shark ${what}, 100,000 tasks, a complete process`,
    samples: 10,
    floors: besides('a Node that does nothing'),
    limit: kept,
  }));
  const pausedRows = [
    { name: `memory held ${passed}`, limit: kept },
    { name: `growth of the peak of resident memory ${passed}`, limit: null },
  ];
  expect(result).toMatchObject({
    measuredAt: expect.any(String),
    quick: true,
    machine: { cores: expect.any(Number), node: process.version },
    rows: [
      ...[...timedRows, ...fanOutRows].map((row) => ({ ...timed, ...row })),
      ...[fanOutMemory, ...idleRows].map((row) => ({ ...held, ...row })),
      { ...timed, ...besidePaused },
      ...pausedRows.map((row) => ({ ...held, ...row })),
      ...[...overheadRows, ...commandLineRows].map((row) => ({ ...timed, ...row })),
      ...analyticsRows.map((row) => ({ ...timed, ...row })),
    ],
  });
  expect(result).toHaveProperty(
    'measuredAt',
    expect.toSatisfy((at: string) => new Date(at) >= startedAt),
  );
  expect(stdout).toContain('claimTask, 20 at once');
}, 600_000);
