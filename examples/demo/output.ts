import { styleText } from 'node:util';

type Style = 'green' | 'yellow' | 'red' | 'magenta' | 'cyan' | 'dim' | 'bold';

export interface Output {
  /** Prints one line: the time, the actor, the task and what happened. */
  printEvent(actor: string, task: string, verb: string, details: string, style?: Style): void;
  /** Prints a heading and an optional text below it. */
  heading(title: string, text?: string): void;
  /** Prints rows below the column names. Columns of numbers are aligned right. */
  table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): void;
}

const gap = '   ';

/** The widths of the columns, in characters. */
export interface Widths {
  actorWidth: number;
  taskWidth: number;
  verbWidth: number;
}

/** Uses colour only on a terminal. The printed times count from this call. */
export function createOutput({ actorWidth, taskWidth, verbWidth }: Widths): Output {
  const start = performance.now();
  const coloured = process.stdout.isTTY && process.env.NO_COLOR === undefined;
  const paint = (style: Style | undefined, text: string) =>
    coloured && style !== undefined ? styleText(style, text) : text;

  return {
    printEvent(actor, task, verb, details, style) {
      const seconds = ((performance.now() - start) / 1_000).toFixed(1);
      console.log(
        [
          paint('dim', `${seconds.padStart(5)} s`),
          actor.padEnd(actorWidth),
          paint('dim', task.padEnd(taskWidth)),
          paint(style, verb.padEnd(verbWidth)),
          paint(style, details),
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
