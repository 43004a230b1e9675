import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
  await app.start();
});
afterAll(() => app[Symbol.asyncDispose]());

/** All audits, including those for recommendations. */
const audits = serverAudits({ url: 'http://test/graphql' });

describe.each([
  { way: 'a server', url: () => app.url, fetchFn: fetch },
  {
    way: 'fetch',
    url: () => 'http://test/graphql',
    fetchFn: (...request: Parameters<TestApp['fetch']>) => app.fetch(...request),
  },
])('GraphQL over HTTP specification through $way', ({ url, fetchFn }) => {
  it.each(serverAudits({ url, fetchFn }))('$id $name', async ({ fn }) => {
    const result = await fn();
    expect(result.status === 'ok' ? undefined : result.reason).toBeUndefined();
  });
});

it('covers all audits', () => {
  expect(audits).toHaveLength(61);
});
