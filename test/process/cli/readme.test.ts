import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { databaseTime } from '../../../src/db/sqlite/database-time.ts';
import { openProcessShell } from '../../support/process-shell.ts';
import { ways } from '../../support/shell.ts';

interface Step {
  commands: string;
  /** The output that the document shows; undefined if it shows none. */
  shown: string | undefined;
}

/** The shell commands of a section, each block with the block after it as its output. */
function stepsOf(file: string, heading: string): Step[] {
  const document = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const [, section = ''] = document.split(`\n## ${heading}\n`);
  const [text = ''] = section.split('\n## ');
  const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, kind = '', content = '']) => ({
    kind,
    content,
  }));
  return blocks.flatMap(({ kind, content }, index) => {
    const next = blocks[index + 1];
    return kind === 'sh'
      ? [{ commands: content, shown: next?.kind === 'sh' ? undefined : next?.content }]
      : [];
  });
}

/** Replaces what differs between runs: times, durations, bars and the width of columns. */
function withoutTimes(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
    .replaceAll(/\b\d+h \d+m\b|\b\d+[ms]\b/g, 'DURATION')
    .replaceAll(/"PT\w*"/g, '"DURATION"')
    .replaceAll(/"elapsed_minutes": [\d.]+/g, '"elapsed_minutes": MINUTES')
    .replaceAll(/[█·]+/g, 'BAR')
    .replaceAll(/ +/g, ' ')
    .trim();
}

it.each(ways)('the commands of the documents work %s, with the output shown', async (way) => {
  const tour = stepsOf('README.md', 'Five minutes');
  expect(tour.length).toBeGreaterThan(7);
  // Continues with the database of the README.
  const json = stepsOf('docs/command-line.md', 'JSON output');
  expect(json).toHaveLength(1);
  await using shell = await openProcessShell(way);

  for (const { commands, shown } of [...tour, ...json]) {
    // A reader is slower than this test: the session must be older than the threshold.
    if (commands.includes('--stale=1s'))
      shell.change(
        `UPDATE task_sessions SET started_at = '${databaseTime(new Date(Date.now() - 720_000))}' WHERE ended_at IS NULL`,
      );
    const { stdout } = await shell.type(`exec 2>&1\n${commands}`);
    if (shown !== undefined) expect(withoutTimes(stdout)).toBe(withoutTimes(shown));
    else expect(stdout).not.toContain('Error');
  }
});
