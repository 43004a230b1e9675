import { styleText } from 'node:util';

type Style = 'green' | 'yellow' | 'red' | 'magenta' | 'cyan' | 'dim' | 'bold';

export interface Narrator {
  /** A line of the account: when, who, about which task, and what happens. */
  tell(who: string, task: string, verb: string, what: string, style?: Style): void;
  /** A heading with its text below. */
  heading(title: string, text?: string): void;
  /** Rows below the names of their columns; numbers stand to the right. */
  table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): void;
}

const gap = '   ';

/** The widths of the columns, in characters. */
export interface Widths {
  whoWidth: number;
  taskWidth: number;
  verbWidth: number;
}

/** Prints to a terminal in colour, to anything else without. Times count from here. */
export function createNarrator({ whoWidth, taskWidth, verbWidth }: Widths): Narrator {
  const start = performance.now();
  const coloured = process.stdout.isTTY && process.env.NO_COLOR === undefined;
  const paint = (style: Style | undefined, text: string) =>
    coloured && style !== undefined ? styleText(style, text) : text;

  return {
    tell(who, task, verb, what, style) {
      const seconds = ((performance.now() - start) / 1_000).toFixed(1);
      console.log(
        [
          paint('dim', `${seconds.padStart(5)} s`),
          who.padEnd(whoWidth),
          paint('dim', task.padEnd(taskWidth)),
          paint(style, verb.padEnd(verbWidth)),
          paint(style, what),
        ].join(gap),
      );
    },
    heading(title, text) {
      console.log(`\n${paint('bold', title)}`);
      if (text !== undefined) console.log(text);
      console.log();
    },
    table(columns, rows) {
      const lines = [columns, ...rows].map((row) => row.map(String));
      const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
      const isNumeric = columns.map((_, index) => rows.every((row) => typeof row[index] === 'number'));
      for (const [number, line] of lines.entries()) {
        const cells = line.map((cell, index) =>
          isNumeric[index] === true ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
        );
        console.log(paint(number === 0 ? 'dim' : undefined, `  ${cells.join(gap)}`.trimEnd()));
      }
    },
  };
}
