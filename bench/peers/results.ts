import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Figures } from './figures.ts';
import { type Peer, quickBounds, rowNames, rows } from './rows.ts';
import { formatTable, reportRows } from './table.ts';

const resultFile = fileURLToPath(new URL('../results/peers.json', import.meta.url));

/**
 * The quick measurement guards the ratios against a large loss. Beside another busy program, short measurements of the
 * same code had ratios between 0.6 and 1 of the usual ones.
 */
const roomInQuick = 0.5;

/** Prints the table and writes the results to a file. Returns whether all figures were reached. */
export function conclude(
  figures: Figures,
  { startedAt, quick, checkout }: { startedAt: Date; quick: boolean; checkout: boolean },
): boolean {
  const columns: Peer[] = [
    'plain',
    ...(quick ? [] : (['postgraphile'] as const)),
    ...(checkout ? (['checkout'] as const) : []),
  ];
  const reported = reportRows(figures, {
    bounds: quick ? quickBounds : new Map(rowNames.map((name) => [name, rows[name].bounds])),
    columns,
    room: quick ? roomInQuick : 1,
  });
  const machine = {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 1_000);
  console.log(`\n${formatTable(reported, columns)}\n`);
  mkdirSync(new URL('../results', import.meta.url), { recursive: true });
  writeFileSync(
    resultFile,
    `${JSON.stringify({ startedAt, quick, seconds, machine, rows: reported, rounds: figures }, null, 2)}\n`,
  );
  console.log(`Took ${seconds} s. Written to ${resultFile}`);
  return reported.every(({ bounds }) => bounds.every(({ isKept }) => isKept !== false));
}
