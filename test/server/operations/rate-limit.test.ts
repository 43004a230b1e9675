import { expect, it } from 'vitest';
import { readConfig } from '../../../src/server/config.ts';
import { testApp } from '../../support/app.ts';
import { identityProvider } from '../../support/identity-provider.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { openSocket } from '../../support/socket.ts';
import { guardedApp, tokens } from '../../support/tokens.ts';

const limits = { ...readConfig({}).limits, requestsPerMinute: 3 };

it('rejects requests over the limit of a token until the next window', async () => {
  const clock = manualClock();
  await using app = await guardedApp({ clock, config: { limits } });
  const agent = app.as(tokens.agent);
  const ask = () => agent.fetch('http://test/graphql?query={__typename}');
  for (let count = 0; count < 3; count += 1) expect((await ask()).status).toBe(200);

  clock.advance(20_500);
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('40');
  expect(await refused.json()).toEqual({
    errors: [
      {
        message:
          'This client or address sent more than 3 requests in a minute. Wait 40 s, and use subscriptions instead of polling. The operator can change the limit with MAX_REQUESTS_PER_MINUTE',
        extensions: {
          code: 'RATE_LIMITED',
          limit: 3,
          retryAfterSeconds: 40,
          setting: 'MAX_REQUESTS_PER_MINUTE',
        },
      },
    ],
  });
  expect((await app.as(tokens.viewer).post('{ __typename }')).errors).toBeUndefined();

  clock.advance(40_000);
  expect((await ask()).status).toBe(200);
});

it('counts all JSON Web Tokens of a subject together, over HTTP and on WebSockets', async () => {
  using provider = await identityProvider();
  await using app = await testApp({
    config: { limits, authentication: { tokensFile: undefined, jsonWebTokens: provider.settings } },
  });
  await app.start();
  const statusOf = async (subject: string) =>
    (await app.as(await provider.tokenFor(subject, 'viewer')).fetch('http://test/graphql?query={__typename}'))
      .status;

  expect([await statusOf('maria'), await statusOf('maria')]).toEqual([200, 200]);
  await using socket = await openSocket(app.url, await provider.tokenFor('maria', 'viewer'));
  expect(await socket.subscribe('{ __typename }').errors()).toMatchObject([
    { extensions: { code: 'RATE_LIMITED', limit: 3 } },
  ]);
  expect(await statusOf('maria')).toBe(429);
  expect(await statusOf('paul')).toBe(200);
});

it('counts operations on a WebSocket like requests, and keeps the WebSocket open', async () => {
  const clock = manualClock();
  await using app = await guardedApp({ clock, config: { limits } });
  await app.start();
  await using socket = await openSocket(app.url, tokens.agent);
  for (let count = 1; count < 3; count += 1)
    expect(await socket.subscribe('{ __typename }').next()).toEqual({ __typename: 'Query' });
  expect(await socket.subscribe('{ __typename }').errors()).toMatchObject([
    { extensions: { code: 'RATE_LIMITED', limit: 3 } },
  ]);
  clock.advance(61_000);
  expect(await socket.subscribe('{ __typename }').next()).toEqual({ __typename: 'Query' });
});

it('counts requests without a valid token by address, separately from tokens', async () => {
  await using app = await guardedApp({ config: { limits } });
  await app.start();
  const statuses: number[] = [];
  for (let count = 0; count < 4; count += 1)
    statuses.push((await fetch(`${app.url}?query={__typename}`)).status);
  expect(statuses).toEqual([401, 401, 401, 429]);
  const headers = { authorization: `Bearer ${tokens.viewer}` };
  expect((await fetch(`${app.url}?query={__typename}`, { headers })).status).toBe(200);
});

it('counts tokens that cannot be verified by address while the identity provider is down', async () => {
  const claims = { roleClaim: 'role', agentIdsClaim: 'agentIds', issuer: 'nobody', audience: 'nobody' };
  // No server listens on this port.
  const jsonWebTokens = { ...claims, keys: { url: 'http://127.0.0.1:1/keys' } };
  await using app = await testApp({
    config: { limits, authentication: { tokensFile: undefined, jsonWebTokens } },
  });
  const [header, nothing] = ['{"alg":"RS256","kid":"one"}', '{}'].map((text) =>
    Buffer.from(text).toString('base64url'),
  );
  const statuses: number[] = [];
  for (let count = 0; count < 4; count += 1)
    statuses.push(
      (await app.as(`${header}.${nothing}.AAAA`).fetch('http://test/graphql?query={__typename}')).status,
    );
  expect(statuses).toEqual([503, 503, 503, 429]);
});

it('does not limit requests if no authentication is configured', async () => {
  await using app = await testApp({ config: { limits } });
  for (let count = 0; count < 10; count += 1)
    expect((await app.post('{ __typename }')).errors).toBeUndefined();
});

it('does not reject requests for longer if the clock is set back', async () => {
  const clock = manualClock();
  await using app = await guardedApp({ clock, config: { limits } });
  const agent = app.as(tokens.agent);
  const statusOf = async () => (await agent.fetch('http://test/graphql?query={__typename}')).status;
  for (let count = 0; count < 3; count += 1) await statusOf();
  expect(await statusOf()).toBe(429);

  clock.jumpTo('2026-01-11T08:00:00.000Z');
  clock.advance(60_000);
  expect(await statusOf()).toBe(200);
});
