import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeByTime } from '../../seed/merge-by-time.ts';

const instants = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { maxLength: 8 });
const stories = fc
  .array(instants, { maxLength: 30 })
  .map((all) =>
    all
      .map((times, story) =>
        times.toSorted((one, other) => one - other).map((atMs, place) => ({ atMs, story, place })),
      )
      .toSorted(([one], [other]) => (one?.atMs ?? 0) - (other?.atMs ?? 0)),
  );

describe('merging timelines', () => {
  it('yields every event once in order of time, and keeps the order within a timeline', () => {
    fc.assert(
      fc.property(stories, fc.integer({ min: 1, max: 300 }), (all, sliceMs) => {
        const events = [...mergeByTime(all, sliceMs)].flat();
        expect(events.map(({ atMs }) => atMs)).toEqual(
          all
            .flat()
            .map(({ atMs }) => atMs)
            .toSorted((one, other) => one - other),
        );
        for (const story of all)
          expect(events.filter((event) => event.story === story[0]?.story)).toEqual(story);
      }),
    );
  });

  it('reads no more timelines than needed for the next slice', () => {
    let read = 0;
    function* endless() {
      for (;;) {
        yield [{ atMs: read * 10 }, { atMs: read * 10 + 15 }];
        read += 1;
      }
    }
    const slices = mergeByTime(endless(), 100);
    expect(slices.next().value).toHaveLength(19);
    expect(read).toBe(10);
  });
});
