import { noProgressBar, type ProgressBar } from '../../shared/progress-bar.ts';
import { type Json, jsonText } from './json.ts';
import { plain } from '../../shared/terminal-text.ts';
import { createPalette, type Palette } from './palette.ts';

/** Prints the result of a command. */
export interface Output {
  readonly palette: Palette;
  /** Prints the result of a command, as JSON (`--json`) or as text. */
  answer(forms: { json: () => Json; text: () => string }): void;
  /** Prints one event on one line. */
  event(forms: { json: () => Json; text: () => string }): void;
  /** Prints warnings as text. With `--json`, prints nothing: the JSON result contains them. */
  warn(warnings: readonly string[]): void;
  /** Prints a line to standard error. */
  notice(line: string): void;
  /** Writes a part of a file to standard output. Waits until the output accepts more. */
  file(bytes: Uint8Array): Promise<void>;
  /** Shows a progress bar for `total` steps. With `--json`, shows nothing. */
  startProgress(label: string, total: number): ProgressBar;
}

export interface OutputOptions {
  asJson: boolean;
  isColoured: boolean;
  /** Writes whole lines to standard output. */
  print: (text: string) => void;
  /** Writes whole lines to standard error. */
  explain: (text: string) => void;
  /** Writes a part of a file to standard output. */
  printFile: (bytes: Uint8Array) => Promise<void>;
  /** Shows a progress bar on standard error. */
  startProgress: Output['startProgress'];
}

export function createOutput({
  asJson,
  isColoured,
  print,
  explain,
  printFile,
  startProgress,
}: OutputOptions): Output {
  return {
    palette: createPalette(isColoured && !asJson),
    answer: ({ json, text }) => print(`${asJson ? jsonText(json(), 2) : text()}\n`),
    event: ({ json, text }) => print(`${asJson ? jsonText(json()) : text()}\n`),
    warn(warnings) {
      if (!asJson) for (const warning of warnings) explain(`Warning: ${plain(warning)}\n`);
    },
    file: printFile,
    notice: (line) => explain(`${line}\n`),
    startProgress: (label, total) => (asJson ? noProgressBar() : startProgress(label, total)),
  };
}
