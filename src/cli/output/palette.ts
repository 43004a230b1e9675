import picocolors from 'picocolors';

type Paint = (text: string) => string;

/** Functions that color text. Each is named after the purpose of its color. */
export interface Palette {
  heading: Paint;
  dim: Paint;
  good: Paint;
  bad: Paint;
  attention: Paint;
}

export function createPalette(isColoured: boolean): Palette {
  const { bold, dim, green, red, yellow } = picocolors.createColors(isColoured);
  return { heading: bold, dim, good: green, bad: red, attention: yellow };
}
