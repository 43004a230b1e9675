import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { seedFrom } from '../support/chance.ts';
import { type FuzzedApp, fuzzedApp } from '../support/fuzz/fuzzed-app.ts';
import { rootFields } from '../support/fuzz/operations.ts';

// The default seed is the same in each run, so that failures are reproducible.
const seed = seedFrom('FUZZ_SEED', 1);

describe(`random requests in the long run (FUZZ_SEED=${seed})`, () => {
  let fuzzed: FuzzedApp;
  beforeAll(async () => {
    fuzzed = await fuzzedApp();
  });
  afterAll(() => fuzzed[Symbol.asyncDispose]());

  it.each(rootFields(schema))('$kind $name returns data or an expected error', async (root) => {
    await fuzzed.fuzz(root, { seed, numRuns: 400 });
  });

  it('the export returns data or an expected error', async () => {
    await fuzzed.fuzzExport({ seed, numRuns: 2_000 });
    expect(fuzzed.damages()).toEqual([]);
  });
});
