import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { filterFields, type FuzzedApp, fuzzedApp } from '../support/fuzz/fuzzed-app.ts';
import { everyInput, operationsOf, rootFields } from '../support/fuzz/operations.ts';

/** The same in each run; the long run uses other values. */
const seed = 20_260_111;

describe(`random requests (seed ${seed})`, () => {
  let fuzzed: FuzzedApp;
  beforeAll(async () => {
    fuzzed = await fuzzedApp();
  });
  afterAll(() => fuzzed[Symbol.asyncDispose]());

  it.each(rootFields(schema))('$kind $name returns data or an expected error', async (root) => {
    await fuzzed.fuzz(root, { seed, numRuns: 6 });
  });

  it('the export returns data or an expected error', async () => {
    await fuzzed.fuzzExport({ seed, numRuns: 20 });
  });

  it('include all parameters of the export', async () => {
    const answer = await fuzzed.app.fetch('http://test/export/sessions.csv?a=b');
    const [, known = ''] = /The known parameters are ([^"]+)/.exec(await answer.text()) ?? [];
    expect(known.split(', ').toSorted()).toEqual(['bom', ...filterFields.map(({ name }) => name)].toSorted());
  });
});

describe('the request generator', () => {
  it('covers all fields, arguments and input fields', () => {
    const reached = rootFields(schema).flatMap((root) =>
      fc.sample(operationsOf(schema, root, {}), { seed, numRuns: 300 }).flatMap((asked) => asked.reached),
    );
    expect([...new Set(reached)].toSorted()).toEqual(everyInput(schema).toSorted());
  });

  it('rejects an unknown scalar type', () => {
    const grown = buildSchema('scalar Colour type Query { tasks(filter: F): Int } input F { in: [Colour!] }');
    expect(() => operationsOf(grown, { kind: 'query', name: 'tasks' }, {})).toThrow(
      'cannot make values of Colour for in',
    );
  });
});
