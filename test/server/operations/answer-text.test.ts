import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boundedText, serializedResult } from '../../../src/server/operations/answer-text.ts';

const never = () => undefined;
let exceeded = 0;
const limitOf = (maxBytes: number) => ({
  maxBytes,
  onExceeded() {
    exceeded += 1;
  },
});

it('converts data to the same JSON as JSON.stringify', async () => {
  const json = fc.jsonValue({ depthSize: 'large', maxDepth: 6 });
  const large = fc.array(json, { minLength: 0, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.oneof(json, large)), async (given) => {
      // Repeat the value, so that it has several pieces.
      const data = { given, list: Array.from({ length: 300 }, () => given), text: 'é'.repeat(300_000) };
      const result = await serializedResult({ data }, never, Number.POSITIVE_INFINITY);
      expect(boundedText(result, limitOf(Number.POSITIVE_INFINITY))).toBe(JSON.stringify({ data }));
    }),
    { numRuns: 30 },
  );
});

it('keeps the errors and extensions of the result', async () => {
  const { GraphQLError } = await import('graphql');
  const data = { list: Array.from({ length: 5_000 }, (_, number) => number) };
  const result = await serializedResult({ data }, never, 1_000_000);
  const sent = { ...result, errors: [new GraphQLError('wrong')], extensions: { wording: [] } };
  expect(JSON.parse(boundedText(sent, limitOf(1_000_000)))).toEqual({
    data,
    errors: [{ message: 'wrong' }],
    extensions: { wording: [] },
  });
});

it('counts bytes of UTF-8, with escapes', async () => {
  const data = { text: '\u0001é' };
  const bytes = Buffer.byteLength(JSON.stringify(data));
  await serializedResult({ data }, never, bytes);
  await expect(serializedResult({ data }, never, bytes - 1)).rejects.toMatchObject({
    extensions: { code: 'ANSWER_TOO_LARGE', limit: bytes - 1, setting: 'MAX_ANSWER_BYTES' },
  });
  const whole = { data };
  const all = Buffer.byteLength(JSON.stringify(whole));
  exceeded = 0;
  expect(boundedText(whole, limitOf(all))).toBe(JSON.stringify(whole));
  expect(JSON.parse(boundedText(whole, limitOf(all - 1)))).toMatchObject({
    errors: [{ extensions: { code: 'ANSWER_TOO_LARGE' } }],
  });
  expect(exceeded).toBe(1);
});

it('yields between the pieces', async () => {
  let yields = 0;
  const data = { list: Array.from({ length: 100_000 }, (_, number) => ({ number })) };
  await serializedResult(
    { data },
    async () => {
      yields += 1;
    },
    10_000_000,
  );
  expect(yields).toBeGreaterThan(50);
});

it('leaves a result without data as it is', async () => {
  const result = { data: null };
  expect(await serializedResult(result, never, 1)).toBe(result);
});
