import CliTable from 'cli-table3';
import { plain } from '../../shared/terminal-text.ts';
import type { Palette } from './palette.ts';

export interface Column<Row> {
  heading: string;
  /** Returns the text of a table cell. The table makes it safe to print. */
  cell: (row: Row) => string;
  /** Colors the text of the cell. */
  paint?: (text: string, row: Row) => string;
  align?: 'left' | 'right';
}

const noLines = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((place) => [place, '']),
);

/** Formats rows as a text table. Each column is as wide as its longest cell. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], palette: Palette): string {
  const drawn = new CliTable({
    chars: { ...noLines, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    head: columns.map(({ heading }) => palette.dim(heading)),
    colAligns: columns.map(({ align = 'left' }) => align),
  });
  for (const row of rows)
    drawn.push(columns.map(({ cell, paint = (text) => text }) => paint(plain(cell(row)), row)));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
