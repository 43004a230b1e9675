import { digits } from './digits.ts';
import { checkBound, type Figures } from './figures.ts';
import { type Bound, type Peer, peerTitles, type RowName, rows } from './rows.ts';

/** A row with its figures and how they compare. */
export interface ReportedRow {
  title: string;
  unit: string;
  figures: Readonly<Record<string, number>>;
  /** Ours divided by each peer's. */
  ratios: Readonly<Record<string, number>>;
  bounds: readonly { promise: string; isKept: boolean | null }[];
}

export interface ReportOptions {
  /** The rows in the order of the table, each with its figures to reach. */
  bounds: ReadonlyMap<RowName, readonly Bound[]>;
  /** The peers with a column of their own. */
  columns: readonly Peer[];
  room: number;
}

const references: readonly Peer[] = ['yogaAlone', 'bareSql'];

export function reportRows(figures: Figures, options: ReportOptions): ReportedRow[] {
  const { columns, room } = options;
  return [...options.bounds].map(([name, bounds]) => {
    const { title, unit } = rows[name];
    const ours = figures.median(name, 'ours');
    const measured = [...columns, ...references].flatMap((peer) => {
      const figure = figures.median(name, peer);
      return figure === null ? [] : [[peer, figure] as const];
    });
    return {
      title,
      unit,
      figures: Object.fromEntries([...(ours === null ? [] : [['ours', ours] as const]), ...measured]),
      ratios: Object.fromEntries(
        ours === null ? [] : measured.map(([peer, figure]) => [peer, ours / figure] as const),
      ),
      bounds: bounds.map((bound) => checkBound(name, bound, figures, room)),
    };
  });
}

/** The rows as a table in Markdown. */
export function formatTable(reported: readonly ReportedRow[], columns: readonly Peer[]): string {
  const isMeasured = (peer: Peer) => reported.some(({ figures }) => figures[peer] !== undefined);
  const header = [
    'medians of the rounds',
    'ours',
    ...columns.map((peer) => peerTitles[peer]),
    'reference',
    ...columns.map((peer) => `ours / ${peerTitles[peer]}`),
    'to reach',
    '',
  ];
  const lines = reported.map((row) => [
    `${row.title}, ${row.unit}`,
    figureCell(row.figures.ours),
    ...columns.map((peer) => (isMeasured(peer) ? figureCell(row.figures[peer]) : 'not measured')),
    references.flatMap((peer) => referenceCell(row, peer)).join(', '),
    ...columns.map((peer) => ratioCell(row.ratios[peer])),
    row.bounds.map(({ promise }) => promise).join('; '),
    row.bounds
      .map(({ isKept }) => (isKept === null ? 'not measured' : isKept ? 'kept' : 'BROKEN'))
      .join('; '),
  ]);
  const separator = header.map((_, index) => (index === 0 || index >= header.length - 2 ? '---' : '---:'));
  return [header, separator, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function figureCell(figure: number | undefined): string {
  return figure === undefined ? '' : digits(figure);
}

function ratioCell(ratio: number | undefined): string {
  return ratio === undefined ? '' : ratio.toFixed(2);
}

function referenceCell({ figures, ratios }: ReportedRow, peer: Peer): string[] {
  const figure = figures[peer];
  return figure === undefined ? [] : [`${peerTitles[peer]} ${digits(figure)} (${ratioCell(ratios[peer])})`];
}
