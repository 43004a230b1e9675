/** Characters that could move the cursor, ring the bell, hide text or change its direction in a terminal. */
export const unprintable =
  /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]+/gu;

/** Untrusted text as one line without control characters. */
export function plain(text: string): string {
  return text.replaceAll(unprintable, ' ').trim();
}

/** The same, shortened to at most `longest` characters. */
export function shortened(text: string, longest: number): string {
  const characters = Array.from(plain(text));
  return characters.length <= longest ? characters.join('') : `${characters.slice(0, longest - 1).join('')}…`;
}
