import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createPalette } from '../../../src/cli/output/palette.ts';
import { table } from '../../../src/cli/output/table.ts';

const uncoloured = createPalette(false);
const coloured = createPalette(true);

const people = [
  { name: 'Ada', count: 7 },
  { name: '日本語', count: 1_200 },
  { name: 'é 👍', count: 42 },
];

describe('table', () => {
  it('has columns as wide as their content, also with double-width characters', () => {
    const text = table(
      people,
      [
        { heading: 'NAME', cell: ({ name }) => name },
        { heading: 'COUNT', align: 'right', cell: ({ count }) => String(count) },
        { heading: 'LAST', cell: () => 'x' },
      ],
      uncoloured,
    );
    expect(text).toBe(`NAME    COUNT  LAST
Ada         7  x
日本語   1200  x
é 👍       42  x`);
  });

  it('has no trailing spaces', () => {
    const text = table(
      people,
      [
        { heading: 'NAME', cell: ({ name }) => name },
        { heading: 'A LONG HEADING', cell: () => '' },
      ],
      uncoloured,
    );
    expect(text).not.toMatch(/ $/m);
  });

  it('makes cells safe to print, before it colours them', () => {
    const text = table(
      [{ name: 'a\u001B[2Jb\nc' }],
      [{ heading: 'NAME', cell: ({ name }) => name, paint: coloured.bad }],
      coloured,
    );
    expect(text).toContain('\u001B[31ma [2Jb c\u001B[39m');
  });

  it('contains only text without colours', () => {
    const text = table(
      people,
      [{ heading: 'NAME', cell: ({ name }) => name, paint: uncoloured.bad }],
      uncoloured,
    );
    expect(text).not.toContain('\u001B');
  });

  it('has the same width with and without colours', () => {
    const drawn = (palette: typeof coloured) =>
      table(
        people,
        [
          { heading: 'NAME', cell: ({ name }) => name, paint: palette.bad },
          { heading: 'COUNT', align: 'right', cell: ({ count }) => String(count), paint: palette.good },
        ],
        palette,
      );
    const text = drawn(coloured);
    expect(text).toContain('\u001B[31mAda\u001B[39m');
    expect(text).toContain('\u001B[32m7\u001B[39m');
    const withoutColours = stripVTControlCharacters(text);
    expect(withoutColours.split('\n').map((line) => line.trimEnd())).toEqual(drawn(uncoloured).split('\n'));
  });
});
