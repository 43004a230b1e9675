import { ExpectedError } from '../shared/expected-error.ts';
import * as z from 'zod';
import type { AuthenticationSettings } from './auth/authentication.ts';
import { durationExamples, parseDuration } from '../shared/duration.ts';
import type { Limits } from '../graphql/limits/limits.ts';
import { isLoopback } from './http/dns-rebinding.ts';
import { type LogLevel, logLevels } from '../shared/log-level.ts';
import { databaseFileOf } from './database-url.ts';
import { hidePassword } from '../shared/hidden-password.ts';
import { problemList } from '../shared/problem-list.ts';
import { readPath } from '../shared/files/file-path.ts';
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

const switchSetting = z
  .enum(['on', 'off'], { error: ({ input }) => `is ${quotedInput(input)}: write on or off` })
  .transform((value) => value === 'on');

/** Creates a setting that `read` converts. If `read` throws, its message says what to write. */
function settingReadBy<Value>(read: (text: string) => Value, remedy = messageOf) {
  return z.string().transform((text, context) => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: `is ${quoted(text)}: ${remedy(error)}` });
      return z.NEVER;
    }
  });
}

const durationSetting = settingReadBy(parseDuration, () => `write a duration like ${durationExamples}`);

/** Creates a setting for a whole number from `smallest` to `largest`. */
function countSetting(largest = Number.MAX_SAFE_INTEGER, smallest = 1) {
  const error = ({ input }: { input?: unknown }) =>
    `is ${quotedInput(input)}: write a whole number from ${smallest}${largest < Number.MAX_SAFE_INTEGER ? ` to ${largest}` : ''}`;
  return z
    .string()
    .regex(/^\d+$/, { error, abort: true })
    .transform(Number)
    .pipe(z.int({ error }).min(smallest, { error }).max(largest, { error }));
}

const count = countSetting();

/** Creates a setting for the path of a file. */
function pathSetting(what = 'file') {
  return z
    .string()
    .min(1, { error: `is empty: set the path of a ${what}, or remove the setting`, abort: true })
    .transform((text, context) => {
      try {
        return readPath(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: `cannot be used: ${messageOf(error)}` });
        return z.NEVER;
      }
    });
}

const nameSetting = z.string().min(1, { error: 'is empty: set a name, or remove the setting' });

const originsSetting = z.string().transform((text, context) => {
  const origins = text.split(',').map((origin) => origin.trim());
  for (const origin of origins)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      context.addIssue({
        code: 'custom',
        message: `contains ${quoted(origin)}: write origins like https://board.example.com, separated by commas`,
      });
  return origins;
});

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
  MAX_QUERY_TOKENS: count.default(2_000),
  MAX_QUERY_DEPTH: countSetting(100).default(20),
  MAX_QUERY_ALIASES: count.default(50),
  MAX_QUERY_COMPLEXITY: count.default(50_000),
  MAX_QUERY_REPEATED_FIELDS: count.default(25),
  MAX_SUBSCRIPTION_COMPLEXITY: count.default(500),
  MAX_SUBSCRIPTION_COMPLEXITY_PER_TOKEN: count.default(10_000),
  HEAVY_COMPLEXITY: count.default(1_000),
  MAX_HEAVY_OPERATIONS_PER_TOKEN: count.default(2),
  MAX_HEAVY_OPERATIONS: count.default(4),
  MAX_WAITING_OPERATIONS_PER_TOKEN: count.default(100),
  MAX_TURN_MILLISECONDS: count.default(5),
  MAX_ANSWER_BYTES: countSetting(100 * 1_048_576).default(4 * 1_048_576),
  MAX_UNREAD_BYTES_PER_TOKEN: count.default(16 * 1_048_576),
  MAX_UNREAD_BYTES: count.default(64 * 1_048_576),
  QUERY_TIMEOUT: durationSetting.default(60_000),
  MAX_PAGE_SIZE: countSetting(500).default(500),
  MAX_BODY_BYTES: count.default(100 * 1_024),
  MAX_SOCKET_MESSAGE_BYTES: count.default(100 * 1_024),
  MAX_OPERATIONS_PER_SOCKET: count.default(100),
  MAX_SOCKETS_PER_TOKEN: count.default(500),
  MAX_SOCKETS_PER_ADDRESS: count.default(2_000),
  MAX_SOCKETS_WITHOUT_INIT: count.default(500),
  SOCKET_INIT_TIMEOUT: durationSetting.default(3_000),
  MAX_REQUESTS_PER_MINUTE: count.default(6_000),
  MAX_COMPLEXITY_PER_MINUTE: count.default(3_000_000),
  MAX_SOCKET_MESSAGES_BEFORE_INIT: count.default(5),
  MAX_SOCKET_BYTES_BEFORE_INIT: count.default(16 * 1_024),
  MAX_SOCKET_BUFFER_BYTES: countSetting(undefined, 1_024).default(64 * 1_024),
  SLOW_READER_TIMEOUT: durationSetting.default(60_000),
  MAX_CONNECTIONS: count.default(10_000),
  MAX_CONNECTIONS_PER_ADDRESS: count.default(4_000),
  MAX_PIPELINED_REQUESTS: count.default(10),
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

function quotedInput(input: unknown): string {
  return quoted(String(input));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
    limits: {
      queryTokens: data.MAX_QUERY_TOKENS,
      queryDepth: data.MAX_QUERY_DEPTH,
      queryAliases: data.MAX_QUERY_ALIASES,
      queryComplexity: data.MAX_QUERY_COMPLEXITY,
      repeatedFields: data.MAX_QUERY_REPEATED_FIELDS,
      subscriptionComplexity: data.MAX_SUBSCRIPTION_COMPLEXITY,
      subscriptionComplexityPerToken: data.MAX_SUBSCRIPTION_COMPLEXITY_PER_TOKEN,
      heavyComplexity: data.HEAVY_COMPLEXITY,
      heavyOperationsPerToken: data.MAX_HEAVY_OPERATIONS_PER_TOKEN,
      heavyOperations: data.MAX_HEAVY_OPERATIONS,
      waitingOperationsPerToken: data.MAX_WAITING_OPERATIONS_PER_TOKEN,
      turnMs: data.MAX_TURN_MILLISECONDS,
      answerBytes: data.MAX_ANSWER_BYTES,
      unreadBytesPerToken: data.MAX_UNREAD_BYTES_PER_TOKEN,
      unreadBytes: data.MAX_UNREAD_BYTES,
      queryTimeoutMs: data.QUERY_TIMEOUT,
      pageSize: data.MAX_PAGE_SIZE,
      bodyBytes: data.MAX_BODY_BYTES,
      socketMessageBytes: data.MAX_SOCKET_MESSAGE_BYTES,
      operationsPerSocket: data.MAX_OPERATIONS_PER_SOCKET,
      socketsPerToken: data.MAX_SOCKETS_PER_TOKEN,
      socketsPerAddress: data.MAX_SOCKETS_PER_ADDRESS,
      socketsWithoutInit: data.MAX_SOCKETS_WITHOUT_INIT,
      socketInitTimeoutMs: data.SOCKET_INIT_TIMEOUT,
      requestsPerMinute: data.MAX_REQUESTS_PER_MINUTE,
      complexityPerMinute: data.MAX_COMPLEXITY_PER_MINUTE,
      socketMessagesBeforeInit: data.MAX_SOCKET_MESSAGES_BEFORE_INIT,
      socketBytesBeforeInit: data.MAX_SOCKET_BYTES_BEFORE_INIT,
      socketBufferBytes: data.MAX_SOCKET_BUFFER_BYTES,
      slowReaderTimeoutMs: data.SLOW_READER_TIMEOUT,
      connections: data.MAX_CONNECTIONS,
      connectionsPerAddress: data.MAX_CONNECTIONS_PER_ADDRESS,
      pipelinedRequests: data.MAX_PIPELINED_REQUESTS,
    },
  };
}
