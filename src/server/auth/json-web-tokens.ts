import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import * as z from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { FileError } from '../../shared/files/file-error.ts';
import { parseJson } from '../../shared/json-text.ts';
import { readTextFile } from '../../shared/files/text-file.ts';
import {
  AuthenticationSettingsError,
  AuthenticationUnavailableError,
  UnauthenticatedError,
} from './errors.ts';
import { sha256Of } from './tokens.ts';
import { jsonWebTokenClientId } from '../../domain/client-id.ts';
import { agentIdsOf, type Role, roles, type Principal } from '../../domain/principal.ts';

/** The settings for the JSON Web Tokens of an identity provider. */
export interface JsonWebTokenSettings {
  /** The URL of the identity provider's public keys, or a file in the format PEM, JSON Web Key or JSON Web Key Set. */
  keys: { url: string } | { file: string };
  issuer: string;
  audience: string;
  /** The name of the token claim that contains one or more roles. */
  roleClaim: string;
  /** The name of the token claim with the list of agent ids. */
  agentIdsClaim: string;
}

/**
 * Verifies a JSON Web Token. Returns the client that the token identifies. Throws UnauthenticatedError,
 * AuthenticationUnavailableError.
 */
export type CheckJsonWebToken = (token: string) => Promise<Principal>;

/**
 * The accepted signature algorithms. All are asymmetric, because with HS256 an attacker could sign a token with the
 * public key.
 */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Whether a token has the form of a JSON Web Token. The token may still be invalid. */
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
      throw authenticationErrorOf(error, settings);
    }
  };
}

function principalOf(payload: JWTPayload, settings: JsonWebTokenSettings, token: string): Principal {
  const name = subjectOf(payload);
  const shownName = name.slice(0, 100);
  const role = roleOf(payload[settings.roleClaim]);
  if (role === undefined)
    throw new UnauthenticatedError(
      `The token of '${shownName}' has no role in its claim '${settings.roleClaim}'. Configure the identity provider to add one of these roles: ${roles.join(', ')}`,
    );
  const named = z.array(z.string()).optional().safeParse(payload[settings.agentIdsClaim]);
  if (!named.success)
    throw new UnauthenticatedError(
      `The claim '${settings.agentIdsClaim}' in the token of '${shownName}' is not a list of agent ids. Configure the identity provider to send a list of texts, or to omit the claim`,
    );
  return {
    name,
    clientId: jsonWebTokenClientId(settings.issuer, name),
    role,
    agentIds: agentIdsOf(role, name, named.data),
    expiresAt: expiryOf(payload, shownName),
    // Hash the token without its signature, because Base64url can write the same signature in several ways.
    tokenId: sha256Of(token.slice(0, token.lastIndexOf('.'))),
  };
}

/** Returns the subject of a token, which identifies the client. The verification does not check that it is a text. */
function subjectOf(payload: JWTPayload): string {
  const subject: unknown = payload.sub;
  if (typeof subject === 'string' && subject.trim() !== '') return subject;
  throw new UnauthenticatedError(
    `The claim 'sub' in the token is ${JSON.stringify(subject).slice(0, 100)}, which identifies no client. Configure the identity provider to send the id of the client as a text that is not blank`,
  );
}

/** The last second of the year 9999. A later expiry time is a mistake, such as a time in milliseconds. */
const latestExpiry = 253_402_300_799;

/** Returns the expiry time of a token. The verification has checked that it is a number and in the future. */
function expiryOf({ exp = Infinity }: JWTPayload, shownName: string): Date {
  if (exp <= latestExpiry) return new Date(exp * 1_000);
  throw new UnauthenticatedError(
    `The claim 'exp' in the token of '${shownName}' is ${exp}, which is after the year 9999. Configure the identity provider to send the expiry time in seconds since 1970`,
  );
}

/** Of the roles in a token claim, returns the one with the most rights. Returns undefined if there is none. */
function roleOf(claim: unknown): Role | undefined {
  const named = new Set([claim].flat());
  return roles.findLast((role) => named.has(role));
}

function authenticationErrorOf(error: unknown, { issuer, audience }: JsonWebTokenSettings): Error {
  if (error instanceof UnauthenticatedError) return error;
  if (error instanceof errors.JWTExpired)
    return new UnauthenticatedError('The token has expired. Get a new token from the identity provider');
  if (error instanceof errors.JWTClaimValidationFailed)
    return new UnauthenticatedError(
      `The token is not valid for this server: ${error.message}. Send a token of the issuer '${issuer}' for the audience '${audience}'`,
    );
  // JWKSTimeout only means that the identity provider did not respond. The token may be valid.
  if (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    error.code !== 'ERR_JOSE_GENERIC'
  )
    return new UnauthenticatedError(
      'The token cannot be verified: it is not signed with a key of the identity provider, or it is not a JSON Web Token. Get a new token from the identity provider',
    );
  return new AuthenticationUnavailableError(
    'The token cannot be verified now, because the keys of the identity provider cannot be read. Try again later; the cause is in the log of the server',
    { cause: error },
  );
}

/** Throws AuthenticationSettingsError. */
async function readKey(path: string): Promise<KeyObject | JWTVerifyGetKey> {
  try {
    return keyOf(await readTextFile(path));
  } catch (error) {
    const reason = error instanceof FileError ? error.reason : messageOf(error);
    throw new AuthenticationSettingsError(
      `The key file ${path} cannot be used: ${reason}. Set JWT_KEY_FILE to a file with a public key in the format PEM, JSON Web Key or JSON Web Key Set`,
      { cause: error },
    );
  }
}

function keyOf(text: string): KeyObject | JWTVerifyGetKey {
  if (!text.trimStart().startsWith('{')) return keyOfPem(text);
  const parsed = parseJson(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  const key = z.looseObject({ kty: z.string() });
  const set = z.object({ keys: z.array(key) }).safeParse(parsed.json);
  if (set.success) return createLocalJWKSet(set.data);
  const one = key.safeParse(parsed.json);
  if (!one.success) throw new Error('it contains JSON, but no key');
  return createLocalJWKSet({ keys: [one.data] });
}

function keyOfPem(text: string): KeyObject {
  try {
    return createPublicKey(text);
  } catch (error) {
    // The messages of OpenSSL say less.
    throw new Error('it contains no key in the format PEM', { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
