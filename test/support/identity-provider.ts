import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import type { JsonWebTokenSettings } from '../../src/server/auth/json-web-tokens.ts';

export interface IdentityProvider extends Disposable {
  /** The settings of a server that accepts the provider's tokens. */
  readonly settings: JsonWebTokenSettings;
  /** Creates a token of the provider. Each call creates another token, also for the same client. */
  tokenFor(subject: string, role: string, claims?: Readonly<Record<string, unknown>>): Promise<string>;
}

const issuer = 'https://id.example.com';
const audience = 'shark-sessions';

/** Creates an identity provider whose tokens expire at the given time. */
export async function identityProvider({
  expiresAt = new Date('2100-01-01'),
} = {}): Promise<IdentityProvider> {
  const keys = await generateKeyPair('ES256');
  const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  const file = join(folder, 'key.pem');
  writeFileSync(file, await exportSPKI(keys.publicKey));
  let created = 0;
  return {
    settings: { keys: { file }, issuer, audience, roleClaim: 'role', agentIdsClaim: 'agentIds' },
    tokenFor(subject, role, claims = {}) {
      created += 1;
      return new SignJWT({ role, ...claims })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setExpirationTime(expiresAt)
        .setJti(String(created))
        .sign(keys.privateKey);
    },
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true });
    },
  };
}
