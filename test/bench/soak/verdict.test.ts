import { describe, expect, it } from 'vitest';
import { type Sample, type Soaked, verdict } from '../../../bench/soak/verdict.ts';

const megabyte = 1_024 * 1_024;

function samplesOf(sizeAt: (index: number) => Partial<Sample>): Sample[] {
  return Array.from({ length: 20 }, (_, index) => ({
    atMs: index * 30_000,
    heldBytes: 40 * megabyte,
    residentBytes: 150 * megabyte,
    eventLoopP99Ms: 5,
    ...sizeAt(index),
  }));
}

const well: Soaked = {
  samples: samplesOf(() => ({})),
  before: { openFiles: 30, threads: 12 },
  after: { openFiles: 30, threads: 12 },
  logged: ['Shark Sessions is ready', '{"level":40,"msg":"a warning"}'],
  findings: [],
};

const broken = (soaked: Partial<Soaked>) =>
  verdict({ ...well, ...soaked })
    .filter(({ isBroken }) => isBroken)
    .map(({ what }) => what);

describe('the verdict of a soak', () => {
  it('is good for a server that stays as it is', () => {
    expect(broken({})).toEqual([]);
  });

  it('does not count what grows in the first third, and one sample that is off', () => {
    const samples = samplesOf((index) => ({
      heldBytes: (index < 6 ? index * 10 : index === 13 ? 65 : 60) * megabyte,
    }));
    expect(broken({ samples })).toEqual([]);
  });

  it.each<{ what: string; soaked: Partial<Soaked> }>([
    {
      what: 'memory held after collection',
      soaked: { samples: samplesOf((index) => ({ heldBytes: (40 + index) * megabyte })) },
    },
    {
      what: 'resident memory',
      soaked: { samples: samplesOf((index) => ({ residentBytes: (150 + 6 * index) * megabyte })) },
    },
    {
      what: 'event loop, p99 of the usual segment',
      soaked: { samples: samplesOf(() => ({ eventLoopP99Ms: 300 })) },
    },
    { what: 'open files when all are gone', soaked: { after: { openFiles: 33, threads: 12 } } },
    { what: 'threads', soaked: { after: { openFiles: 30, threads: 13 } } },
    { what: 'faults in the log', soaked: { logged: ['{"level":50,"msg":"a request failed"}'] } },
    { what: 'answers, events and rows that should not be', soaked: { findings: ['an event was lost'] } },
    {
      what: 'memory held after collection',
      soaked: { samples: samplesOf(() => ({ heldBytes: Number.NaN })) },
    },
  ])('names $what', ({ what, soaked }) => {
    expect(broken(soaked)).toEqual([what]);
  });
});
