/** Says what is wrong with a file or with the settings: one problem on one line, several in a list. */
export function problemList(heading: string, problems: readonly string[]): string {
  return problems.length === 1
    ? `${heading} ${problems.join('')}`
    : [heading, ...problems.map((problem) => `- ${problem}`)].join('\n');
}
