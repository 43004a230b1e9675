import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthentication } from '../../../src/server/auth/authentication.ts';
import {
  AuthenticationSettingsError,
  AuthenticationUnavailableError,
  UnauthenticatedError,
} from '../../../src/server/auth/errors.ts';
import type { JsonWebTokenSettings } from '../../../src/server/auth/json-web-tokens.ts';
import { manualClock } from '../../support/manual-clock.ts';

const now = new Date('2026-01-11T10:00:00.000Z');
const settings = {
  issuer: 'https://id.example.com',
  audience: 'shark-sessions',
  roleClaim: 'role',
  agentIdsClaim: 'agentIds',
};

let folder = '';
let keys: CryptoKeyPair;
let otherKeys: CryptoKeyPair;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  keys = await generateKeyPair('RS256');
  otherKeys = await generateKeyPair('RS256');
  writeFileSync(join(folder, 'key.pem'), await exportSPKI(keys.publicKey));
  const jwk = { ...(await exportJWK(keys.publicKey)), alg: 'RS256', kid: 'one' };
  writeFileSync(join(folder, 'key.json'), JSON.stringify(jwk));
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys: [jwk] }));
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Claims {
  [claim: string]: unknown;
}

/** A valid token of the provider that expires in an hour, with these claims changed; undefined removes a claim. */
async function tokenWith(
  claims: Claims = {},
  { key = keys.privateKey, alg = 'RS256' } = {},
): Promise<string> {
  const all = {
    iss: settings.issuer,
    aud: settings.audience,
    sub: 'maria',
    role: 'viewer',
    exp: now.getTime() / 1_000 + 3_600,
    ...claims,
  };
  return new SignJWT(JSON.parse(JSON.stringify(all))).setProtectedHeader({ alg, kid: 'one' }).sign(key);
}

function authenticationWith(from: JsonWebTokenSettings['keys'], more: Partial<JsonWebTokenSettings> = {}) {
  return createAuthentication(
    { tokensFile: undefined, jsonWebTokens: { ...settings, keys: from, ...more } },
    { clock: manualClock(now), onChange() {}, onError() {} },
  );
}

const pem = () => ({ file: join(folder, 'key.pem') });

describe('a JSON Web Token', () => {
  it.each(['key.pem', 'key.json', 'keys.json'])(
    'is verified with %s, and identifies the client',
    async (file) => {
      const authentication = await authenticationWith({ file: join(folder, file) });
      expect(
        await authentication.principalOf(await tokenWith({ role: 'agent', agentIds: ['backend'] })),
      ).toMatchObject({
        name: 'maria',
        role: 'agent',
        agentIds: new Set(['backend']),
        expiresAt: new Date('2026-01-11T11:00:00.000Z'),
      });
    },
  );

  it('is verified with the published keys of the provider', async () => {
    const published = JSON.stringify({
      keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256' }],
    });
    await using provider = await listening(published);
    const authentication = await authenticationWith({ url: provider.url });
    expect(await authentication.principalOf(await tokenWith())).toMatchObject({
      name: 'maria',
      role: 'viewer',
    });
    await expect(
      authentication.principalOf(await tokenWith({}, { key: otherKeys.privateKey })),
    ).rejects.toThrow(UnauthenticatedError);
  });

  it('cannot be verified while the provider is down, which is not an authentication error', async () => {
    const provider = await listening('{}');
    await provider[Symbol.asyncDispose]();
    const authentication = await authenticationWith({ url: provider.url });
    await expect(authentication.principalOf(await tokenWith())).rejects.toThrow(
      AuthenticationUnavailableError,
    );
  });

  it('can have a list of roles, and claims with custom names', async () => {
    const authentication = await authenticationWith(pem(), {
      roleClaim: 'https://example.com/roles',
      agentIdsClaim: 'agents',
    });
    const token = await tokenWith({
      role: 'viewer',
      'https://example.com/roles': ['staff', 'viewer', 'agent'],
      agents: ['qa'],
    });
    expect(await authentication.principalOf(token)).toMatchObject({
      role: 'agent',
      agentIds: new Set(['qa']),
    });
  });

  it('of an agent without agent IDs is valid for the agent with the name of the subject', async () => {
    const authentication = await authenticationWith(pem());
    expect(await authentication.principalOf(await tokenWith({ role: 'agent' }))).toMatchObject({
      agentIds: new Set(['maria']),
    });
  });

  it.each<[string, Claims, string]>([
    ['has expired', { exp: now.getTime() / 1_000 }, 'The token has expired'],
    ['has no expiry time', { exp: undefined }, 'missing required "exp" claim'],
    ['has no subject', { sub: undefined }, 'missing required "sub" claim'],
    ['has an expiry time before 1970', { exp: -1 }, 'The token has expired'],
    ['has a text as expiry time', { exp: '4000000000' }, '"exp" claim must be a number'],
    [
      'has an expiry time that no date can hold',
      { exp: 1e300 },
      "token of 'maria' is 1e+300, which is after",
    ],
    ['has an expiry time in milliseconds', { exp: now.getTime() + 3_600_000 }, 'in seconds since 1970'],
    ['has an empty subject', { sub: '' }, `The claim 'sub' in the token is "", which identifies no client`],
    ['has a blank subject', { sub: ' \t' }, 'which identifies no client'],
    [
      'has a number as subject',
      { sub: 42 },
      `The claim 'sub' in the token is 42, which identifies no client`,
    ],
    ['has a list as subject', { sub: ['maria'] }, `is ["maria"], which identifies no client`],
    ['has no text as subject', { sub: null }, 'is null, which identifies no client'],
    ['has a long list as subject', { sub: [1, 'm'.repeat(500)] }, `[1,"${'m'.repeat(96)}, which identifies`],
    ['has another issuer', { iss: 'https://evil.example.com' }, 'unexpected "iss" claim value'],
    ['has another audience', { aud: 'payroll' }, 'unexpected "aud" claim value'],
    ['is not valid yet', { nbf: now.getTime() / 1_000 + 60 }, '"nbf" claim timestamp check failed'],
    ['has no role', { role: undefined }, "no role in its claim 'role'"],
    ['has an unknown role', { role: 'admin' }, "no role in its claim 'role'"],
    ['has invalid agent IDs', { role: 'agent', agentIds: 'backend' }, 'is not a list of agent ids'],
  ])('that %s is rejected', async (_what, claims, message) => {
    const authentication = await authenticationWith(pem());
    const refused = authentication.principalOf(await tokenWith(claims));
    await expect(refused).rejects.toThrow(UnauthenticatedError);
    await expect(refused).rejects.toThrow(message);
  });

  it('can expire at the end of the year 9999, and at a fraction of a second', async () => {
    const authentication = await authenticationWith(pem());
    for (const [exp, expiresAt] of [
      [253_402_300_799, '9999-12-31T23:59:59.000Z'],
      [now.getTime() / 1_000 + 0.5, '2026-01-11T10:00:00.500Z'],
    ] as const)
      expect(await authentication.principalOf(await tokenWith({ exp }))).toMatchObject({
        expiresAt: new Date(expiresAt),
      });
  });

  it('with a wrong signature or without a signature is rejected', async () => {
    const authentication = await authenticationWith(pem());
    const forged = await tokenWith({ role: 'orchestrator' }, { key: otherKeys.privateKey });
    const [, payload] = (await tokenWith({ role: 'orchestrator' })).split('.');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    for (const token of [forged, unsigned, 'a.b.c', '..'])
      await expect(authentication.principalOf(token)).rejects.toThrow('The token cannot be verified');
  });

  it('has the same ID with another encoding of its signature', async () => {
    const authentication = await authenticationWith(pem());
    const token = await tokenWith();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // The last four bits of the last character have no effect.
    const other = token.slice(0, -1) + alphabet.charAt(alphabet.indexOf(token.slice(-1)) + 1);
    const [one, another] = [await authentication.principalOf(token), await authentication.principalOf(other)];
    expect(another.tokenId).toBe(one.tokenId);
    expect((await authentication.principalOf(await tokenWith({ sub: 'paul' }))).tokenId).not.toBe(
      one.tokenId,
    );
  });

  it('identifies the same client as another token of its subject, but not of another subject', async () => {
    const authentication = await authenticationWith(pem());
    const principalOf = async (claims: Claims) => authentication.principalOf(await tokenWith(claims));
    const one = await principalOf({ jti: 'one' });
    const renewed = await principalOf({ jti: 'two', role: 'agent' });
    expect(one.clientId).toBe('jwt "https://id.example.com" "maria"');
    expect(renewed.clientId).toBe(one.clientId);
    expect(renewed.tokenId).not.toBe(one.tokenId);
    expect((await principalOf({ sub: 'paul' })).clientId).not.toBe(one.clientId);
  });

  it('that was signed with the public key as a secret is rejected', async () => {
    const secret = new TextEncoder().encode(await exportSPKI(keys.publicKey));
    const token = await new SignJWT({ role: 'orchestrator' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(settings.issuer)
      .setAudience(settings.audience)
      .setSubject('mallory')
      .setExpirationTime(now.getTime() / 1_000 + 3_600)
      .sign(secret);
    await expect((await authenticationWith(pem())).principalOf(token)).rejects.toThrow(
      'The token cannot be verified',
    );
  });
});

it.each([
  ['is missing', 'nothing.pem', undefined],
  ['is not a key', 'no-key.pem', 'hello'],
  ['is JSON but not a key', 'no-key.json', '{"hello":1}'],
])(
  'a key file that %s prevents the start of the server, and is named in the error',
  async (_what, file, text) => {
    const path = join(folder, file);
    if (text !== undefined) writeFileSync(path, text);
    const authentication = authenticationWith({ file: path });
    await expect(authentication).rejects.toThrow(AuthenticationSettingsError);
    await expect(authentication).rejects.toThrow(`The key file ${path} cannot be used`);
  },
);

/** Starts a server with this response to all requests. */
async function listening(body: string) {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/keys`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
