/** With letters of full width as well: some spreadsheets read those as the others. */
const formula = /^'*(?:\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/;

/**
 * Keeps a spreadsheet from running what somebody wrote: text that it would take for a formula gets an apostrophe in
 * front. That is text which begins, if need be behind white space, with `=`, `+`, `-` or `@`, and text which begins
 * with a tab or a line break.
 *
 * Such text with apostrophes in front of it already gets one more, so that nothing is lost: who takes one away from
 * whatever this rule applies to has the text as it was.
 */
export function withoutFormula(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}
