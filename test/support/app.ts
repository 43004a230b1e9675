import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '../../src/server/app.ts';
import type { Clock } from '../../src/shared/clock.ts';
import type { TypedDocumentString } from '../../src/client/generated/graphql.ts';
import { type Config, readConfig } from '../../src/server/config.ts';
import { createLog } from '../../src/shared/log.ts';
import { analyticsThread } from './analytics-thread.ts';
import { createMigratedDatabase } from './migrated-database.ts';
import { type OtherProgram, otherProgramOn } from './other-program.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

/** A client of an app. */
export interface TestClient {
  fetch: App['fetch'];
  /** Sends an operation and returns its data. Throws an error with the whole response if it has errors. */
  send<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables?: Variables,
  ): Promise<Result>;
  /** Posts any GraphQL text and returns the body of the response. */
  post(query: string, variables?: Record<string, unknown>): Promise<Answer>;
}

export interface TestApp extends App, TestClient, OtherProgram {
  readonly config: Config;
  /** The parsed lines of the server's log. Empty the array to read only later lines. */
  readonly logged: Record<string, unknown>[];
  /** The SQL statements so far, in order. Empty the array to count only later statements. */
  readonly statements: string[];
  /** A client that sends this token with every request. */
  as(token: string): TestClient;
}

export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
}

export interface TestAppOptions {
  /** Default: a clock that stands still. */
  clock?: Clock;
  config?: Partial<Config>;
  /** SQL that creates the database before the server opens it. Default: an empty database with all migrations. */
  database?: string;
  /** Called before every statement. If it throws an error, the statement fails with that error. */
  onStatement?: (sql: string) => void;
}

/** A server with its own database in a temporary folder. It does not listen before `start()`. */
export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-'));
  const config: Config = {
    ...readConfig({ PORT: '0', DATABASE_URL: `file:${join(folder, 'shark.db')}` }),
    workflowFile: join(folder, '.sharkconfig.json'),
    ...options.config,
  };
  const other = otherProgramOn(config.databaseFile);
  if (options.database !== undefined) other.change(options.database);
  else if (options.config?.databaseFile === undefined) await createMigratedDatabase(config.databaseFile);

  const logged: Record<string, unknown>[] = [];
  const statements: string[] = [];
  const app = await createApp(config, {
    clock: options.clock ?? manualClock(),
    analyticsThread: await analyticsThread(),
    log: createLog(config.logLevel, { write: (line) => logged.push(JSON.parse(line)) }),
    onStatement: (sql) => {
      statements.push(sql);
      options.onStatement?.(sql);
    },
  }).catch((error: unknown) => {
    rmSync(folder, { recursive: true });
    throw error;
  });

  return {
    get url() {
      return app.url;
    },
    ...clientOf(app.fetch),
    as: (token) =>
      clientOf(async (input, init = {}) => {
        const headers = new Headers(init.headers);
        headers.set('authorization', `Bearer ${token}`);
        return app.fetch(input, { ...init, headers });
      }),
    start: app.start,
    stop: app.stop,
    config,
    logged,
    statements,
    ...other,
    async [Symbol.asyncDispose]() {
      await app.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function clientOf(fetch: App['fetch']): TestClient {
  const post = async (query: string, variables: unknown) => {
    const response = await fetch('http://test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  };
  return {
    fetch,
    post: (query, variables = {}) => post(query, variables),
    async send(document, variables) {
      const body = await post(document.toString(), variables);
      if (body.errors !== undefined)
        throw new Error(`${document.toString()}\nanswered\n${JSON.stringify(body, null, 2)}`);
      return body.data;
    },
  };
}

/** The result of a mutation as the expected type. Fails with the result in the message if the type is different. */
export function expectType<Result extends { __typename: string }, Name extends Result['__typename']>(
  result: Result,
  name: Name,
): Extract<Result, { __typename: Name }> {
  if (isOfType(result, name)) return result;
  throw new Error(`Expected ${name}, got ${JSON.stringify(result, null, 2)}`);
}

function isOfType<Result extends { __typename: string }, Name extends Result['__typename']>(
  result: Result,
  name: Name,
): result is Extract<Result, { __typename: Name }> {
  return result.__typename === name;
}

export type { ManualClock };
