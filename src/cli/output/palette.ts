import picocolors from 'picocolors';
import { plain } from '../../shared/terminal-text.ts';

type Paint = (text: string) => string;

/** Functions that color text and make it safe to print. Each is named after the purpose of its color. */
export interface Palette {
  heading: Paint;
  dim: Paint;
  good: Paint;
  bad: Paint;
  attention: Paint;
}

export function createPalette(isColoured: boolean): Palette {
  const { bold, dim, green, red, yellow } = picocolors.createColors(isColoured);
  const safe =
    (paint: Paint): Paint =>
    (text) =>
      paint(plain(text));
  return {
    heading: safe(bold),
    dim: safe(dim),
    good: safe(green),
    bad: safe(red),
    attention: safe(yellow),
  };
}

/** Whether a terminal sequence is a color or the end of a color of a palette. */
export function isColor(sequence: string): boolean {
  return colors.has(sequence);
}

const colors: ReadonlySet<string> = new Set(
  Object.values(createPalette(true)).flatMap((paint) => paint('|').split('|')),
);
