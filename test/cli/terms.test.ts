import { readFileSync } from 'node:fs';
import { buildSchema, isInputObjectType, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { createProgram } from '../../src/cli/program.ts';
import { commandTerms } from '../../src/cli/terms.ts';
import { schemaTerms } from '../../src/shared/schema-terms.ts';
import { isTermName, termNames } from '../../src/shared/wording.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
const program = createProgram('0', async () => {});

/** The fields of Query, Mutation and Subscription, their arguments, and the fields of input types. */
const schemaNames = new Set(
  Object.values(schema.getTypeMap()).flatMap((type) => {
    if (isInputObjectType(type)) return Object.keys(type.getFields());
    if (!isObjectType(type) || !isRoot(type.name)) return [];
    return Object.values(type.getFields()).flatMap(({ name, args }) => [
      name,
      ...args.map((argument) => argument.name),
    ]);
  }),
);

function isRoot(name: string): boolean {
  return ['Query', 'Mutation', 'Subscription'].includes(name);
}

function leaves(command: CommandUnknownOpts): readonly CommandUnknownOpts[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

const options = new Set(leaves(program).flatMap((command) => command.options.map(({ long }) => long)));

/** Whether words like `shark task next --claim` are a command, and its option exists. */
function isCommand([name, ...words]: readonly string[]): boolean {
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

/** Names that are neither an operation nor an argument. */
const phrases: ReadonlySet<string> = new Set(['activeTrue', 'nothingWasChanged']);

describe('the terms of the command line', () => {
  const commands = Object.values(commandTerms).flatMap((text) => /^'(shark [^']+)'$/.exec(text)?.[1] ?? []);

  it.each(commands)('contain only existing commands: %s', (command) => {
    expect(isCommand(command.split(' '))).toBe(true);
  });

  it.each(Object.values(commandTerms).filter((text) => text.startsWith('--')))(
    'contain only existing options: %s (case %$)',
    (option) => {
      expect(options).toContain(option);
    },
  );

  it.each(mutations)('contain a command for the mutation %s', (mutation) => {
    expect(isTermName(mutation) ? commandTerms[mutation] : undefined).toMatch(/^'shark [^']+'$/);
  });

  it('cover most mutations of the schema', () => {
    expect(mutations.length).toBeGreaterThan(10);
    expect(commands.length).toBeGreaterThan(mutations.length);
  });
});

describe('the terms of the API', () => {
  it.each(termNames.filter((name) => !phrases.has(name)))('contain only names of the schema: %s', (name) => {
    expect(schemaTerms[name].split(' ').at(-1)).toBe(name);
    expect(schemaNames).toContain(name);
  });
});
