import { describe, expect, it } from 'vitest';
import { randomStream } from '../../seed/random.ts';

const draw = (seed: number, name: string) => {
  const random = randomStream(seed, name);
  return Array.from({ length: 20 }, () => random.fraction());
};

describe('a random stream', () => {
  it('repeats its values for the same seed and name only', () => {
    expect(draw(1, 'task 7')).toEqual(draw(1, 'task 7'));
    expect(draw(2, 'task 7')).not.toEqual(draw(1, 'task 7'));
    expect(draw(1, 'task 8')).not.toEqual(draw(1, 'task 7'));
  });

  it('draws whole numbers from the whole range, both ends included', () => {
    const random = randomStream(1, 'numbers');
    const drawn = new Set(Array.from({ length: 200 }, () => random.wholeNumber(3, 6)));
    expect(drawn).toEqual(new Set([3, 4, 5, 6]));
  });

  it('draws log-normal values around the median', () => {
    const random = randomStream(1, 'lengths');
    const normal = Array.from({ length: 50_000 }, () => Math.log(random.logNormal(45, 0.9) / 45) / 0.9);
    const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((number) => number ** 2))).toBeCloseTo(1, 1);
    expect(mean(normal.map((number) => number ** 3))).toBeCloseTo(0, 0);
    expect(mean(normal.map((number) => number ** 4)) / 3).toBeCloseTo(1, 1);
  });

  it('rejects an empty list', () => {
    expect(() => randomStream(1, 'none').pick([])).toThrow('Cannot pick from an empty list');
  });
});
