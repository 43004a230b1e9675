/** Includes the full-width forms of the characters: some spreadsheets treat them the same. */
const formula = /^'*(?:\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/;

/**
 * Protects against formula injection: prefixes an apostrophe to text that a spreadsheet would run as a formula. That is
 * text that starts with `=`, `+`, `-` or `@`, also after white space, and text that starts with a tab or a line break.
 *
 * Such text that already has apostrophes in front gets one more. So the escape can be undone: remove one apostrophe
 * from every text that matches the rule.
 */
export function escapeFormula(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}
