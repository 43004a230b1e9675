import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
  await app.start();
});
afterAll(() => app[Symbol.asyncDispose]());

/** All of them, those that are only recommended as well. */
const audits = serverAudits({ url: 'http://test/graphql' });

describe.each([
  { way: 'a server', url: () => app.url, fetchFn: fetch },
  {
    way: 'fetch',
    url: () => 'http://test/graphql',
    fetchFn: (...request: Parameters<TestApp['fetch']>) => app.fetch(...request),
  },
])('GraphQL over HTTP, as its specification says, through $way', ({ url, fetchFn }) => {
  it.each(serverAudits({ url, fetchFn }))('$id $name', async ({ fn }) => {
    const result = await fn();
    expect(result.status === 'ok' ? undefined : result.reason).toBeUndefined();
  });
});

it('is looked at with as many audits as there are', () => {
  expect(audits).toHaveLength(61);
});
