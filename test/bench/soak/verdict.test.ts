import { describe, expect, it } from 'vitest';
import { type Sample, type SoakResult, verdict } from '../../../bench/soak/verdict.ts';

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

const good: SoakResult = {
  samples: samplesOf(() => ({})),
  before: { openFiles: 30, threads: 12 },
  after: { openFiles: 30, threads: 12 },
  logged: ['Shark Sessions is ready', '{"level":40,"msg":"a warning"}'],
  findings: [],
};

const broken = (result: Partial<SoakResult>) =>
  verdict({ ...good, ...result })
    .filter(({ isBroken }) => isBroken)
    .map(({ what }) => what);

describe('the verdict of a soak', () => {
  it('is good for a server that does not change', () => {
    expect(broken({})).toEqual([]);
  });

  it('ignores growth in the first third, and one outlier', () => {
    const samples = samplesOf((index) => ({
      heldBytes: (index < 6 ? index * 10 : index === 13 ? 65 : 60) * megabyte,
    }));
    expect(broken({ samples })).toEqual([]);
  });

  it.each<{ what: string; result: Partial<SoakResult> }>([
    {
      what: 'memory held after collection',
      result: { samples: samplesOf((index) => ({ heldBytes: (40 + index) * megabyte })) },
    },
    {
      what: 'resident memory',
      result: { samples: samplesOf((index) => ({ residentBytes: (150 + 6 * index) * megabyte })) },
    },
    {
      what: 'event loop, median of the p99 of all samples',
      result: { samples: samplesOf(() => ({ eventLoopP99Ms: 300 })) },
    },
    { what: 'open files after the load', result: { after: { openFiles: 33, threads: 12 } } },
    { what: 'threads', result: { after: { openFiles: 30, threads: 13 } } },
    { what: 'errors in the log', result: { logged: ['{"level":50,"msg":"a request failed"}'] } },
    { what: 'wrong responses, events and rows', result: { findings: ['an event was lost'] } },
    {
      what: 'memory held after collection',
      result: { samples: samplesOf(() => ({ heldBytes: Number.NaN })) },
    },
  ])('reports $what (case %#)', ({ what, result }) => {
    expect(broken(result)).toEqual([what]);
  });
});
