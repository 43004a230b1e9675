/** What moves a cursor, rings, hides text or turns its direction has no place on somebody's terminal. */
export const unprintable =
  /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]+/gu;

/** Text that somebody wrote, as one line without anything that a terminal would obey. */
export function plain(text: string): string {
  return text.replaceAll(unprintable, ' ').trim();
}

/** The same, and no longer than so many characters. */
export function shortened(text: string, longest: number): string {
  const characters = Array.from(plain(text));
  return characters.length <= longest ? characters.join('') : `${characters.slice(0, longest - 1).join('')}…`;
}
