import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { inCommandWords } from '../../src/cli/command-words.ts';
import { createProgram } from '../../src/cli/program.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
const program = createProgram('0', async () => {});

/** Whether `shark task finish --claim` is a command that takes such an option. */
function exists([name, ...words]: readonly string[]): boolean {
  let command: CommandUnknownOpts = program;
  expect(name).toBe('shark');
  for (const word of words) {
    if (word.startsWith('--')) return command.options.some(({ long }) => long === word);
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) return false;
    command = next;
  }
  return command.commands.length === 0;
}

describe('what the API calls a thing', () => {
  it('is known for all mutations', () => {
    expect(mutations.length).toBeGreaterThan(10);
  });

  it.each(mutations)('has a command that exists, for the mutation %s', (mutation) => {
    const [, command = ''] = /^'(shark [^']+)'$/.exec(inCommandWords(mutation)) ?? [];
    expect(command).not.toBe('');
    expect(exists(command.split(' '))).toBe(true);
  });

  it('is replaced where it is a word, and nowhere else', () => {
    expect(inCommandWords('Use finishTask or rejectTask; unfinishTask and finishTasks are none')).toBe(
      "Use 'shark task finish' or 'shark task reject'; unfinishTask and finishTasks are none",
    );
  });

  it('is replaced as often as it occurs', () => {
    expect(inCommandWords('claimTask, claimTask and claimNextTask')).toBe(
      "'shark task claim', 'shark task claim' and 'shark task next --claim'",
    );
  });

  it('is replaced where it is a query or an argument', () => {
    expect(
      inCommandWords('Take sessionId and agentId from the query tasks, or set staleAfter for phaseDurations'),
    ).toBe(
      "Take --session and --agent from 'shark task list', or set --stale for 'shark analytics phase-duration'",
    );
  });

  it('leaves all other sentences alone', () => {
    const sentence = "Task already claimed by agent 'backend' since 2026-01-11 10:00:00";
    expect(inCommandWords(sentence)).toBe(sentence);
  });
});
