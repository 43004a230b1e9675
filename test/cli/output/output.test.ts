import { describe, expect, it } from 'vitest';
import { createOutput, type OutputOptions } from '../../../src/cli/output/output.ts';

function outputTo(options: Pick<OutputOptions, 'asJson' | 'isColoured'>) {
  const printed: string[] = [];
  const explained: string[] = [];
  const output = createOutput({
    ...options,
    print: (text) => printed.push(text),
    explain: (text) => explained.push(text),
    printFile: async () => {},
    startProgress: (label, total) => {
      explained.push(`${label}: 0 of ${total}\n`);
      return { advance: (by) => explained.push(`+${by}\n`), stop() {} };
    },
  });
  return { ...output, printed, explained };
}

const forms = { json: () => ({ count: 1 }), text: () => 'one' };

it.each([
  { asJson: false, seen: ['Sessions: 0 of 3\n', '+2\n'] },
  { asJson: true, seen: [] },
])('writes progress to standard error, but not with --json ($asJson)', ({ asJson, seen }) => {
  const output = outputTo({ asJson, isColoured: false });
  const progress = output.startProgress('Sessions', 3);
  progress.advance(2);
  progress.stop();
  expect(output).toMatchObject({ printed: [], explained: seen });
});

describe('text output', () => {
  it('writes warnings and notices to standard error', () => {
    const output = outputTo({ asJson: false, isColoured: false });
    output.answer(forms);
    output.event(forms);
    output.warn(['mind\u001B[2J\nthis']);
    output.notice('by the way');
    expect(output.printed).toEqual(['one\n', 'one\n']);
    expect(output.explained).toEqual(['Warning: mind [2J this\n', 'by the way\n']);
  });

  it('has colours only if they are enabled', () => {
    expect(outputTo({ asJson: false, isColoured: true }).palette.bad('x')).toBe('\u001B[31mx\u001B[39m');
    expect(outputTo({ asJson: false, isColoured: false }).palette.bad('x')).toBe('x');
  });
});

describe('JSON output', () => {
  it('indents an answer, and prints an event on one line', () => {
    const output = outputTo({ asJson: true, isColoured: false });
    output.answer(forms);
    output.event(forms);
    expect(output.printed).toEqual(['{\n  "count": 1\n}\n', '{"count":1}\n']);
  });

  it('prints no warnings on standard error, and no colours', () => {
    const output = outputTo({ asJson: true, isColoured: true });
    output.warn(['mind this']);
    output.notice('by the way');
    expect(output.explained).toEqual(['by the way\n']);
    expect(output.palette.bad('x')).toBe('x');
  });

  it('does not create the text', () => {
    const output = outputTo({ asJson: true, isColoured: false });
    const text = () => {
      throw new Error('made for nothing');
    };
    expect(() => output.answer({ json: () => null, text })).not.toThrow();
  });
});
