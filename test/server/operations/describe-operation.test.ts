import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { describeOperation } from '../../../src/server/operations/operation-log.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

function usedMegabytes(): number {
  if (typeof collectGarbage !== 'function') throw new Error('Garbage cannot be collected here');
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

it('does not cache operation names that are not in the document', () => {
  const document = parse('query Known { __typename }');
  const before = usedMegabytes();
  for (let count = 0; count < 1_000; count += 1)
    expect(describeOperation(document, `${'x'.repeat(100_000)}${count}`)).toMatchObject({ kind: 'unknown' });
  expect(usedMegabytes() - before).toBeLessThan(30);
  expect(describeOperation(document, 'Known')).toEqual({
    kind: 'query',
    operation: '__typename',
    name: 'Known',
  });
});
