import type { ProgressBar } from '../../shared/progress-bar.ts';
import { type Json, jsonText } from './json.ts';
import { plain } from './plain.ts';
import { createPalette, type Palette } from './palette.ts';

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
  /** How far a long piece of work is, which consists of so many steps. Programs do not care. */
  startProgress(label: string, total: number): ProgressBar;
}

export interface OutputOptions {
  asJson: boolean;
  isColoured: boolean;
  /** Takes the answer, whole lines. */
  print: (text: string) => void;
  /** Takes what stands beside it. */
  explain: (text: string) => void;
  /** Shows beside it how far something is. */
  startProgress: Output['startProgress'];
}

const unseenProgress: ProgressBar = { advance() {}, stop() {} };

export function createOutput({ asJson, isColoured, print, explain, startProgress }: OutputOptions): Output {
  return {
    palette: createPalette(isColoured && !asJson),
    answer: ({ json, text }) => print(`${asJson ? jsonText(json(), 2) : text()}\n`),
    event: ({ json, text }) => print(`${asJson ? jsonText(json()) : text()}\n`),
    warn(warnings) {
      if (!asJson) for (const warning of warnings) explain(`Warning: ${plain(warning)}\n`);
    },
    notice: (line) => explain(`${line}\n`),
    startProgress: (label, total) => (asJson ? unseenProgress : startProgress(label, total)),
  };
}
