/** Matches characters that can harm a terminal: they move the cursor, ring the bell, or hide or reverse text. */
export const unprintable =
  /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]+/gu;

/** Makes untrusted text safe to print: one line, without control characters. */
export function plain(text: string): string {
  return text.replaceAll(unprintable, ' ').trim();
}

/** Makes untrusted text safe to print. Cuts it to at most `longest` characters. */
export function shortened(text: string, longest: number): string {
  const characters = Array.from(plain(text));
  return characters.length <= longest ? characters.join('') : `${characters.slice(0, longest - 1).join('')}…`;
}
