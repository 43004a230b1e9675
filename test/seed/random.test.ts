import { describe, expect, it } from 'vitest';
import { randomStream } from '../../seed/random.ts';

const draw = (seed: number, name: string) => {
  const random = randomStream(seed, name);
  return Array.from({ length: 20 }, () => random.fraction());
};

describe('a random stream', () => {
  it('makes the same choices again for the same seed and name, and others for another', () => {
    expect(draw(1, 'task 7')).toEqual(draw(1, 'task 7'));
    expect(draw(2, 'task 7')).not.toEqual(draw(1, 'task 7'));
    expect(draw(1, 'task 8')).not.toEqual(draw(1, 'task 7'));
  });

  it('draws whole numbers from both ends and what is in between', () => {
    const random = randomStream(1, 'numbers');
    const drawn = new Set(Array.from({ length: 200 }, () => random.wholeNumber(3, 6)));
    expect(drawn).toEqual(new Set([3, 4, 5, 6]));
  });

  it('spreads logarithms normally around that of the median', () => {
    const random = randomStream(1, 'lengths');
    const normal = Array.from({ length: 50_000 }, () => Math.log(random.logNormal(45, 0.9) / 45) / 0.9);
    const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((number) => number ** 2))).toBeCloseTo(1, 1);
    expect(mean(normal.map((number) => number ** 3))).toBeCloseTo(0, 0);
    expect(mean(normal.map((number) => number ** 4)) / 3).toBeCloseTo(1, 1);
  });

  it('picks nothing from nothing', () => {
    expect(() => randomStream(1, 'none').pick([])).toThrow('There is nothing to pick from');
  });
});
