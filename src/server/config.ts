import { ExpectedError } from '../shared/expected-error.ts';
import * as z from 'zod';
import type { AuthenticationSettings } from './auth/authentication.ts';
import type { Limits } from '../graphql/limits/limits.ts';
import { isLoopback } from './http/dns-rebinding.ts';
import { type LogLevel, logLevels } from '../shared/log-level.ts';
import { databaseFileOf } from './database-url.ts';
import { limitSettings, limitsFrom } from './limit-settings.ts';
import {
  durationSetting,
  nameSetting,
  originsSetting,
  pathSetting,
  quotedInput,
  settingReadBy,
  switchSetting,
} from './setting-types.ts';
import { hidePassword } from '../shared/hidden-password.ts';
import { problemList } from '../shared/problem-list.ts';
import { type Environment, problemOfSetting, quoted, readSetting } from '../shared/settings.ts';

/** The validated settings. */
export interface Config {
  host: string;
  port: number;
  databaseFile: string;
  workflowFile: string;
  /** Whether WORKFLOW_CONFIG is set. If so, the workflow file must exist. */
  workflowFileNamed: boolean;
  migrate: boolean;
  /** The default limit, in milliseconds. A session that has been open for longer is stale. */
  staleAfterMs: number;
  /** An agent that sent a heartbeat within this time is alive. In milliseconds. */
  aliveWithinMs: number;
  /** How long an analytics query may take, in milliseconds. */
  analyticsTimeoutMs: number;
  logLevel: LogLevel;
  graphiql: boolean;
  authentication: AuthenticationSettings;
  /** Other web origins whose pages may send requests, such as `https://board.example.com`. */
  allowedOrigins: readonly string[];
  limits: Limits;
}

/** At least one setting is invalid. The message lists all invalid settings. */
export class ConfigError extends ExpectedError {
  override readonly name = 'ConfigError';

  constructor(message: string, options?: ErrorOptions) {
    super({ code: 'SETTINGS', message, ...options, parameters: {} });
  }
}

const settings = z.object({
  HOST: z
    .string()
    .min(1, { error: 'is empty: set an address to listen on, for example 127.0.0.1' })
    .default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d+$/, { error: wholeNumber, abort: true })
    .transform(Number)
    .pipe(z.number().max(65_535, { error: wholeNumber }))
    .default(4000),
  DATABASE_URL: z
    .string()
    .regex(/^file:./i, {
      abort: true,
      error: ({ input }) =>
        `is '${withoutSecrets(String(input))}': write file: and the path of an SQLite database, for example file:./data/shark.db`,
    })
    .pipe(settingReadBy(databaseFileOf))
    .default('./data/shark.db'),
  WORKFLOW_CONFIG: pathSetting('workflow file').optional(),
  MIGRATE: switchSetting.default(true),
  STALE_AFTER: durationSetting.default(4 * 3_600_000),
  ALIVE_WITHIN: durationSetting.default(5 * 60_000),
  ANALYTICS_TIMEOUT: durationSetting.default(30_000),
  LOG_LEVEL: z
    .enum(logLevels, {
      error: ({ input }) => `is ${quotedInput(input)}: write one of ${logLevels.join(', ')}`,
    })
    .default('info'),
  GRAPHIQL: switchSetting.default(true),
  API_TOKENS_FILE: pathSetting().optional(),
  JWT_JWKS_URL: z
    .url({
      protocol: /^https?$/,
      error: ({ input }) =>
        `is ${quotedInput(input)}: write a URL like https://id.example.com/.well-known/jwks.json`,
      abort: true,
    })
    .refine((url) => !hasPassword(url), {
      error: ({ input }) =>
        `is ${quotedInput(input)}: an address with a user name or password is not supported. Use an address that needs none`,
    })
    .optional(),
  JWT_KEY_FILE: pathSetting().optional(),
  JWT_ISSUER: nameSetting.optional(),
  JWT_AUDIENCE: nameSetting.optional(),
  JWT_ROLE_CLAIM: nameSetting.default('role'),
  JWT_AGENT_IDS_CLAIM: nameSetting.default('agentIds'),
  ALLOWED_ORIGINS: originsSetting.default([]),
  ...limitSettings,
});

/**
 * Checks settings that depend on each other. Runs even if a setting is invalid, so that all problems are reported
 * together.
 */
function problemsBetween({ HOST = '127.0.0.1', ...given }: Environment): string[] {
  const hasKeys = given.JWT_JWKS_URL !== undefined || given.JWT_KEY_FILE !== undefined;
  const problems: string[] = [];
  if (given.JWT_JWKS_URL !== undefined && given.JWT_KEY_FILE !== undefined)
    problems.push('JWT_KEY_FILE and JWT_JWKS_URL are both set: remove one of the two settings');
  for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE'] as const)
    if (hasKeys !== (given[name] !== undefined))
      problems.push(
        hasKeys
          ? `${name} is missing: JWT_JWKS_URL and JWT_KEY_FILE need both JWT_ISSUER and JWT_AUDIENCE`
          : `${name} has no effect without keys: set JWT_JWKS_URL or JWT_KEY_FILE, or remove ${name}`,
      );
  if (HOST !== '' && !isLoopback(HOST) && !hasKeys && given.API_TOKENS_FILE === undefined)
    problems.push(
      `HOST is ${quoted(HOST)}, which other machines can reach, and no tokens are configured: create tokens with 'shark token' and set API_TOKENS_FILE, or set HOST to 127.0.0.1`,
    );
  return problems;
}

function jsonWebTokens(data: z.output<typeof settings>): AuthenticationSettings['jsonWebTokens'] {
  const {
    JWT_JWKS_URL: url,
    JWT_KEY_FILE: file,
    JWT_ISSUER: issuer = '',
    JWT_AUDIENCE: audience = '',
  } = data;
  const keys = url !== undefined ? { url } : file !== undefined ? { file } : undefined;
  if (keys === undefined) return undefined;
  return {
    keys,
    issuer,
    audience,
    roleClaim: data.JWT_ROLE_CLAIM,
    agentIdsClaim: data.JWT_AGENT_IDS_CLAIM,
  };
}

/** Removes everything after `://` from a URL, because this part can contain a password. */
function withoutSecrets(url: string): string {
  return hidePassword(url.replace(/^([a-z][a-z\d+.-]*:\/\/).*/is, '$1…'));
}

function hasPassword(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}

function wholeNumber({ input }: { input?: unknown }): string {
  return `is ${quotedInput(input)}: write a whole number from 0 to 65535; 0 picks a free port`;
}

function invalid(problems: readonly string[]): ConfigError {
  const heading = problems.length === 1 ? 'A setting is invalid:' : 'These settings are invalid:';
  return new ConfigError(problemList(heading, problems));
}

/** Reads the settings from the environment variables. Throws a ConfigError that lists all invalid settings. */
export function readConfig(environment: Environment): Config {
  const names = Object.keys(settings.shape);
  const unreadable = names.flatMap((name) => problemOfSetting(environment, name) ?? []);
  if (unreadable.length > 0) throw invalid(unreadable);
  const given = Object.fromEntries(names.map((name) => [name, readSetting(environment, name)]));
  // The settings are read once, so zod must not compile a parser for them.
  const result = settings.safeParse(given, { jitless: true });
  const problems = [
    ...(result.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`),
    ...problemsBetween(given),
  ];
  if (!result.success || problems.length > 0) throw invalid(problems);
  const { data } = result;
  return {
    host: data.HOST,
    port: data.PORT,
    databaseFile: data.DATABASE_URL,
    workflowFile: data.WORKFLOW_CONFIG ?? './.sharkconfig.json',
    workflowFileNamed: data.WORKFLOW_CONFIG !== undefined,
    migrate: data.MIGRATE,
    staleAfterMs: data.STALE_AFTER,
    aliveWithinMs: data.ALIVE_WITHIN,
    analyticsTimeoutMs: data.ANALYTICS_TIMEOUT,
    logLevel: data.LOG_LEVEL,
    graphiql: data.GRAPHIQL,
    authentication: { tokensFile: data.API_TOKENS_FILE, jsonWebTokens: jsonWebTokens(data) },
    allowedOrigins: data.ALLOWED_ORIGINS,
    limits: limitsFrom(data),
  };
}
