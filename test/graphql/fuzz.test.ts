import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { filterFields, type FuzzedApp, fuzzedApp } from '../support/fuzz/fuzzed-app.ts';
import { everyInput, operationsOf, rootFields } from '../support/fuzz/operations.ts';

/** The same every day; the long run has another each time. */
const seed = 20_260_111;

describe(`whatever is asked (seed ${seed})`, () => {
  let fuzzed: FuzzedApp;
  beforeAll(async () => {
    fuzzed = await fuzzedApp();
  });
  afterAll(() => fuzzed[Symbol.asyncDispose]());

  it.each(rootFields(schema))('with $kind $name is answered or refused in words', async (root) => {
    await fuzzed.fuzz(root, { seed, numRuns: 6 });
  });

  it('as a parameter of the export is answered or refused in words', async () => {
    await fuzzed.fuzzExport({ seed, numRuns: 20 });
  });

  it('names every parameter of the export there is', async () => {
    const answer = await fuzzed.app.fetch('http://test/export/sessions.csv?a=b');
    const [, known = ''] = /The parameters are ([^"]+)/.exec(await answer.text()) ?? [];
    expect(known.split(', ').toSorted()).toEqual(['bom', ...filterFields.map(({ name }) => name)].toSorted());
  });
});

describe('what is asked', () => {
  it('begins with every field there is and gives every argument and every field of an input', () => {
    const reached = rootFields(schema).flatMap((root) =>
      fc.sample(operationsOf(schema, root, {}), { seed, numRuns: 300 }).flatMap((asked) => asked.reached),
    );
    expect([...new Set(reached)].toSorted()).toEqual(everyInput(schema).toSorted());
  });

  it('cannot be made for a type that is new, until it is said how', () => {
    const grown = buildSchema('scalar Colour type Query { tasks(filter: F): Int } input F { in: [Colour!] }');
    expect(() => operationsOf(grown, { kind: 'query', name: 'tasks' }, {})).toThrow(
      'cannot make values of Colour for in',
    );
  });
});
