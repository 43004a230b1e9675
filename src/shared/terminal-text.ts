/*
 * Text from other people or programs can harm a terminal: control characters move the cursor or ring the bell, and
 * invisible characters hide or reverse text. Everything that this program prints goes through this module.
 */

/** The characters that a joiner or a variation selector may follow, except in ASCII: letters, marks and symbols. */
const beyondAscii = String.raw`(?![\0-\x7F])[\p{L}\p{M}\p{N}\p{P}\p{S}]`;
const joiners = String.raw`[\u200C\u200D]`;
const variationSelectors = String.raw`[\u180B-\u180D\u180F\uFE00-\uFE0F\u{E0100}-\u{E01EF}]`;

/** Matches characters that are not safe to print. */
const unprintable = new RegExp(
  `(?:${[
    String.raw`[\p{Cc}\p{Zl}\p{Zp}\uFFF9-\uFFFB]`,
    // Invisible characters, for example bidirectional controls, soft hyphens and tags.
    String.raw`(?!${joiners}|${variationSelectors})\p{Default_Ignorable_Code_Point}`,
    // Some scripts and emoji need joiners inside words, and variation selectors after characters.
    `(?<!${beyondAscii})${joiners}|${joiners}(?!${beyondAscii})`,
    `(?<!${beyondAscii}|[0-9#*])${variationSelectors}|(?<=${variationSelectors})${variationSelectors}`,
  ].join('|')})+`,
  'gu',
);

export function isPrintable(text: string): boolean {
  return text.search(unprintable) < 0;
}

/** Makes untrusted text safe to print: one line, with a space for each run of unprintable characters. */
export function plain(text: string): string {
  return text.replaceAll(unprintable, ' ').trim();
}

/** Makes untrusted text safe to print. Cuts it to at most `longest` characters. */
export function shortened(text: string, longest: number): string {
  const characters = Array.from(plain(text));
  return characters.length <= longest ? characters.join('') : `${characters.slice(0, longest - 1).join('')}…`;
}

/** Makes text with several lines safe to print. Keeps line feeds and the given other sequences, for example colours. */
export function printable(text: string, isKept: (sequence: string) => boolean = () => false): string {
  return text
    .split(/(\n|\p{Cc}\[\d+m)/u)
    .map((part) => (part === '\n' || isKept(part) ? part : part.replaceAll(unprintable, ' ')))
    .join('');
}

/** Replaces unprintable characters with escapes of JSON, for example `\u001b`. Keeps line feeds. */
export function withEscapes(text: string): string {
  return text.replaceAll(unprintable, (characters) =>
    Array.from({ length: characters.length }, (_, index) => characters.charAt(index))
      .map((unit) => (unit === '\n' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
      .join(''),
  );
}
