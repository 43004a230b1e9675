import { type Json, jsonText } from './json.ts';
import { plain } from './text/plain.ts';
import { createPalette, type Palette } from './text/palette.ts';

/** Where a command's answer goes. */
export interface Output {
  readonly palette: Palette;
  /** The answer: the one for programs with `--json`, else the one for people. */
  answer(forms: { json: () => Json; text: () => string }): void;
  /** One of many answers, a line each. */
  event(forms: { json: () => Json; text: () => string }): void;
  /** Warnings that stand in the answer for programs. */
  warn(warnings: readonly string[]): void;
  /** Something beside the answer, for whoever watches. */
  notice(line: string): void;
}

export interface OutputOptions {
  asJson: boolean;
  isColoured: boolean;
  /** Takes the answer, whole lines. */
  print: (text: string) => void;
  /** Takes what stands beside it. */
  explain: (text: string) => void;
}

export function createOutput({ asJson, isColoured, print, explain }: OutputOptions): Output {
  const palette = createPalette(isColoured && !asJson);
  return {
    palette,
    answer: ({ json, text }) => print(`${asJson ? jsonText(json(), 2) : text()}\n`),
    event: ({ json, text }) => print(`${asJson ? jsonText(json()) : text()}\n`),
    warn(warnings) {
      if (!asJson)
        for (const warning of warnings) explain(`${palette.attention('Warning:')} ${plain(warning)}\n`);
    },
    notice: (line) => explain(`${line}\n`),
  };
}
