import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openProcessShell } from '../../support/process-shell.ts';
import { ways } from '../../support/shell.ts';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

interface Step {
  commands: string;
  /** What README shows of it; undefined where it shows nothing. */
  shown: string | undefined;
}

/** The commands of a section, each block with what is shown behind it. */
function stepsOf(heading: string): Step[] {
  const [, section = ''] = readme.split(`\n## ${heading}\n`);
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

/** What differs from day to day and with the width of a column: times, durations and bars. */
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

it.each(ways)('the tour of README can be followed %s, and shows what README shows', async (way) => {
  const steps = stepsOf('Five minutes with shark');
  expect(steps.length).toBeGreaterThan(7);
  await using shell = await openProcessShell(way);

  for (const { commands, shown } of steps) {
    const { stdout } = await shell.type(`exec 2>&1\n${commands}`);
    if (shown !== undefined) expect(withoutTimes(stdout)).toBe(withoutTimes(shown));
    else expect(stdout).not.toContain('Error');
  }
});
