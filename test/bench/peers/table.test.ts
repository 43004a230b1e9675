import { describe, expect, it } from 'vitest';
import { createFigures } from '../../../bench/peers/figures.ts';
import { rows } from '../../../bench/peers/rows.ts';
import { formatTable, reportRows } from '../../../bench/peers/table.ts';

function measured() {
  const figures = createFigures();
  for (const figure of [90, 300, 110]) figures.add('pairs8', 'ours', figure);
  for (const figure of [100, 100, 1]) figures.add('pairs8', 'plain', figure);
  figures.add('next8', 'ours', 75);
  figures.add('next8', 'plain', 35);
  figures.add('claimP99At8', 'ours', 25);
  figures.add('claimP99At8', 'plain', 20);
  figures.add('typename', 'ours', 90);
  figures.add('typename', 'yogaAlone', 100);
  figures.add('start', 'ours', 900);
  return figures;
}

const names = ['pairs8', 'next8', 'claimP99At8', 'typename', 'start'] as const;
const report = (room: number) =>
  reportRows(measured(), {
    bounds: new Map(names.map((name) => [name, rows[name].bounds])),
    columns: ['plain', 'postgraphile'],
    room,
  });

describe('the table of the peers', () => {
  it('compares medians with the figures to reach', () => {
    expect(report(1).map(({ bounds }) => bounds)).toEqual([
      [
        { promise: '≥ plain', isKept: true },
        { promise: '≥ PostGraphile', isKept: null },
      ],
      [
        { promise: '≥ 0.8 × claim + finish by key, 8 clients', isKept: false },
        { promise: '≥ PostGraphile', isKept: null },
      ],
      [{ promise: '≤ 1.2 × plain', isKept: false }],
      [{ promise: '≥ 0.85 × Yoga alone', isKept: true }],
      [{ promise: '≤ 900 ms', isKept: true }],
    ]);
  });

  it('leaves room for noise in both directions', () => {
    const [, next, latency] = report(0.8);
    expect(next?.bounds[0]).toEqual({ promise: '≥ 0.64 × claim + finish by key, 8 clients', isKept: true });
    expect(latency?.bounds[0]).toEqual({ promise: '≤ 1.5 × plain', isKept: true });
  });

  it('has a column of ratios for each peer and says which peer was not measured', () => {
    const [header, , pairs, next, , typename] = formatTable(report(1), ['plain', 'postgraphile']).split('\n');
    expect(header).toBe(
      '| medians of the rounds | ours | plain | PostGraphile | reference | ours / plain | ours / PostGraphile | to reach |  |',
    );
    expect(pairs).toBe(
      '| claim + finish by key, 8 clients, pairs/s | 110 | 100 | not measured |  | 1.10 |  | ≥ plain; ≥ PostGraphile | kept; not measured |',
    );
    expect(next).toContain('| 75.0 | 35.0 | not measured |  | 2.14 |  |');
    expect(typename).toContain('| 90.0 |  | not measured | Yoga alone 100 (0.90) |');
  });
});
