import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { seedFrom } from '../support/chance.ts';
import { type FuzzedApp, fuzzedApp } from '../support/fuzz/fuzzed-app.ts';
import { rootFields } from '../support/fuzz/operations.ts';

// The same in every run, so that chance does not decide whether a change is sound; others are for whoever looks.
const seed = seedFrom('FUZZ_SEED', 1);

describe(`whatever is asked a few hundred times (FUZZ_SEED=${seed})`, () => {
  let fuzzed: FuzzedApp;
  beforeAll(async () => {
    fuzzed = await fuzzedApp();
  });
  afterAll(() => fuzzed[Symbol.asyncDispose]());

  it.each(rootFields(schema))('with $kind $name is answered or refused in words', async (root) => {
    await fuzzed.fuzz(root, { seed, numRuns: 400 });
  });

  it('as a parameter of the export is answered or refused in words', async () => {
    await fuzzed.fuzzExport({ seed, numRuns: 2_000 });
    expect(fuzzed.damages()).toEqual([]);
  });
});
