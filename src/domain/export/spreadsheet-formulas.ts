/**
 * Matches text that a spreadsheet would run as a formula. Also matches such text after apostrophes, so that the escape
 * can be undone.
 */
// Some spreadsheets treat full-width characters, such as U+FF1D, as the start of a formula, too.
const formula = /^'*(?:\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/;

/**
 * Puts an apostrophe before text that a spreadsheet would run as a formula. To undo this, remove one apostrophe from
 * text that matches `formula`.
 */
export function escapeFormula(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}
