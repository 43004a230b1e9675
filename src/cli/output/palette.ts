import picocolors from 'picocolors';

type Paint = (text: string) => string;

/** The colors by their purpose. */
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
