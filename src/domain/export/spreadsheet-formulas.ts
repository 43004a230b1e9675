/**
 * Matches text that a spreadsheet would run as a formula. Also matches such text after apostrophes, so that the escape
 * can be undone.
 */
// Spreadsheets drop or skip control characters, white space and invisible characters before a formula. Some treat
// full-width characters, such as U+FF1D, as the start of a formula, too.
const formula =
  /^'*(?:[\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/u;

/**
 * Puts an apostrophe before text that a spreadsheet would run as a formula. To undo this, remove one apostrophe from
 * text that matches `formula`.
 */
export function escapeFormula(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}
