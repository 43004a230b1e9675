import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import {
  AuthenticationSettingsError,
  AuthenticationUnavailableError,
  UnauthenticatedError,
} from './errors.ts';
import { sha256Of } from './tokens.ts';
import { agentIdsOf, type Role, roles, type Principal } from '../../domain/principal.ts';

/** Which tokens of an identity provider are let in. */
export interface JsonWebTokenSettings {
  /** Where the provider publishes its keys, or a file that has them: PEM, or a JSON Web Key (Set). */
  keys: { url: string } | { file: string };
  issuer: string;
  audience: string;
  /** The claim that names a role, or a list with a role among others. */
  roleClaim: string;
  /** The claim that lists agent ids. */
  agentIdsClaim: string;
}

/** Whose token this is. Throws UnauthenticatedError, AuthenticationUnavailableError. */
export type CheckJsonWebToken = (token: string) => Promise<Principal>;

/** What only the holder of a private key can make: with a shared secret, whoever can check can make them, too. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Whether a text looks like a JSON Web Token, valid or not. */
export function isJsonWebToken(token: string): boolean {
  return token.split('.').length === 3;
}

/** Throws AuthenticationSettingsError. */
export async function createJsonWebTokenCheck(
  settings: JsonWebTokenSettings,
  clock: Pick<Clock, 'now'>,
): Promise<CheckJsonWebToken> {
  const key =
    'url' in settings.keys
      ? createRemoteJWKSet(new URL(settings.keys.url))
      : await readKey(settings.keys.file);
  const { issuer, audience } = settings;
  return async (token) => {
    const options = {
      issuer,
      audience,
      algorithms,
      requiredClaims: ['sub', 'exp'],
      currentDate: clock.now(),
    };
    try {
      const { payload } = await (typeof key === 'function'
        ? jwtVerify(token, key, options)
        : jwtVerify(token, key, options));
      return principalOf(payload, settings, token);
    } catch (error) {
      throw refusalOf(error, settings);
    }
  };
}

function principalOf(payload: JWTPayload, settings: JsonWebTokenSettings, token: string): Principal {
  const name = payload.sub ?? '';
  const role = roleOf(payload[settings.roleClaim]);
  if (role === undefined)
    throw new UnauthenticatedError(
      `The token of '${name}' has no role in its claim '${settings.roleClaim}'. Have the identity provider put one there: ${roles.join(', ')}`,
    );
  const named = z.array(z.string()).optional().safeParse(payload[settings.agentIdsClaim]);
  if (!named.success)
    throw new UnauthenticatedError(
      `The claim '${settings.agentIdsClaim}' in the token of '${name}' is no list of agent ids`,
    );
  return {
    name,
    role,
    agentIds: agentIdsOf(role, name, named.data),
    expiresAt: new Date((payload.exp ?? 0) * 1_000),
    // Without the signature, which can be written in several ways that are all valid.
    tokenId: sha256Of(token.slice(0, token.lastIndexOf('.'))),
  };
}

/** The highest of the roles that a claim names. */
function roleOf(claim: unknown): Role | undefined {
  const named = new Set([claim].flat());
  return roles.findLast((role) => named.has(role));
}

function refusalOf(error: unknown, { issuer, audience }: JsonWebTokenSettings): Error {
  if (error instanceof UnauthenticatedError) return error;
  if (error instanceof errors.JWTExpired)
    return new UnauthenticatedError('The token has expired. Get a new one from the identity provider');
  if (error instanceof errors.JWTClaimValidationFailed)
    return new UnauthenticatedError(
      `The token is not for this server: ${error.message}. It takes tokens of the issuer '${issuer}' for the audience '${audience}'`,
    );
  // A timeout of the provider is one of jose's errors as well.
  if (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    error.code !== 'ERR_JOSE_GENERIC'
  )
    return new UnauthenticatedError(
      'The token cannot be trusted: it is not signed with a key of the identity provider, or is no JSON Web Token',
    );
  return new AuthenticationUnavailableError(
    'The keys of the identity provider cannot be read now, so no token can be checked. Try again soon; the operator finds the cause in the log',
    { cause: error },
  );
}

/** Throws AuthenticationSettingsError. */
async function readKey(path: string): Promise<KeyObject | JWTVerifyGetKey> {
  try {
    const text = await readFile(path, 'utf8');
    if (!text.trimStart().startsWith('{')) return createPublicKey(text);
    const json: unknown = JSON.parse(text);
    const set = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }).safeParse(json);
    return createLocalJWKSet(
      set.success ? set.data : { keys: [z.looseObject({ kty: z.string() }).parse(json)] },
    );
  } catch (error) {
    throw new AuthenticationSettingsError(
      `The key file ${path} cannot be used (${error instanceof Error ? error.message : String(error)}). Check JWT_KEY_FILE: it must name a public key as PEM, or as a JSON Web Key or Key Set`,
    );
  }
}
