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

/** Somebody who asks an app. */
export interface TestClient {
  fetch: App['fetch'];
  /** Sends an operation and returns its data; throws, with everything that was answered, if there are errors. */
  send<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables?: Variables,
  ): Promise<Result>;
  /** Posts any GraphQL text and returns the body of the answer. */
  post(query: string, variables?: Record<string, unknown>): Promise<Answer>;
}

export interface TestApp extends App, TestClient, OtherProgram {
  readonly config: Config;
  /** What the server logged, one parsed line each; empty it to read on from a point. */
  readonly logged: Record<string, unknown>[];
  /** The statements run so far, in order; empty it to count from a point on. */
  readonly statements: string[];
  /** Somebody who sends this token with everything. */
  as(token: string): TestClient;
}

export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
}

export interface TestAppOptions {
  /** A clock that stands still unless another is given. */
  clock?: Clock;
  config?: Partial<Config>;
  /** SQL that creates the database before the server opens it. Default: an empty database with all migrations. */
  database?: string;
  /** Called before every statement; what it throws happens in its place. */
  onStatement?: (sql: string) => void;
}

/** A server on a database of its own, in a folder that goes with it. Not listening: `start()` does. */
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

/** The answer of a mutation as the one type it is expected to be; fails, showing it, if it is another. */
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
