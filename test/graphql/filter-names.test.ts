import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testApp, type TestApp } from '../support/app.ts';
import { openEventStream } from '../support/event-stream.ts';
import {
  inputPaths,
  type InputPath,
  operationOn,
  requiredVariables,
  type RootField,
  rootFields,
  withValue,
} from '../support/root-fields.ts';
import { claim, createTask } from '../support/tasks.ts';

/*
 * A mistyped name of an epic, feature, task, phase or status must be an error. Otherwise, the response would be empty,
 * as if there were no such work.
 */

/** For each kind of name: a name that exists, a mistyped name, and the message for the mistyped name. */
const kinds: Readonly<Record<string, { right: string; wrong: string; message: string; code: string }>> = {
  taskKey: {
    right: 'T-E01-F01-001',
    wrong: 'T-E01-F01-077',
    message: "There is no task 'T-E01-F01-077'",
    code: 'TASK_NOT_FOUND',
  },
  featureKey: {
    right: 'E01-F01',
    wrong: 'E01-F77',
    message: "There is no feature 'E01-F77'",
    code: 'FEATURE_NOT_FOUND',
  },
  epicKey: { right: 'E01', wrong: 'E77', message: "There is no epic 'E77'", code: 'EPIC_NOT_FOUND' },
  phase: {
    right: 'development',
    wrong: 'developement',
    message: "There is no phase 'developement'",
    code: 'BAD_USER_INPUT',
  },
  status: {
    right: 'ready_for_development',
    wrong: 'ready_for_developement',
    message: "There is no status 'ready_for_developement'",
    code: 'BAD_USER_INPUT',
  },
};

/** Variables that the schema does not require, but a root field does. */
const companions: Readonly<Record<string, Record<string, unknown>>> = {
  abandonStaleSessions: { input: { staleAfter: '4h' } },
};

interface Case {
  where: string;
  root: RootField;
  path: InputPath;
  kind: (typeof kinds)[string];
}

/** Every argument and input field of the schema that takes a name. */
const cases: Case[] = rootFields.flatMap((root) =>
  inputPaths(root).flatMap((path) => {
    const kind = kinds[path.at(-1) ?? ''];
    return kind === undefined
      ? []
      : [{ where: `${root.kind} ${root.name} ${path.join('.')}`, root, path, kind }];
  }),
);

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
  await claim(app, await createTask(app));
});
afterAll(() => app[Symbol.asyncDispose]());

/** The messages and codes of a response with this value. Expected errors of mutations have the code `DATA`. */
async function errorsFor({ root, path }: Case, value: string): Promise<{ message: string; code: unknown }[]> {
  const required = requiredVariables(root, { epicKey: 'E01', featureKey: 'E01-F01' });
  const variables = withValue({ ...required, ...companions[root.name] }, path, value);
  const document = operationOn(root, variables);
  if (root.kind === 'mutation') {
    const withMessage = document.replace('__typename', '__typename ... on Error { message suggestion }');
    const { data, errors } = await app.post(withMessage, variables);
    expect(errors).toBeUndefined();
    return Object.values(data ?? {}).flatMap((result) =>
      isError(result) ? [{ message: `${result.message}. ${result.suggestion}`, code: 'DATA' }] : [],
    );
  }
  const { errors = [] } =
    root.kind === 'query' ? await app.post(document, variables) : await firstAnswer(document, variables);
  return errors.map(({ message, extensions }) => ({ message, code: extensions?.code }));
}

function isError(result: unknown): result is { message: string; suggestion: string } {
  return typeof result === 'object' && result !== null && 'message' in result;
}

/** The first answer of a subscription, or an empty answer if it waits for events. */
async function firstAnswer(document: string, variables: Record<string, unknown>) {
  await using stream = await openEventStream(app.fetch, 'http://test/graphql', document, variables);
  // An error would arrive before the response to this later request.
  await app.post('{ __typename }');
  const [first] = stream.unread;
  return first?.type === 'next' ? first.payload : {};
}

it('the schema has names in queries, mutations and subscriptions', () => {
  expect(new Set(cases.map(({ root }) => root.kind))).toEqual(new Set(['query', 'mutation', 'subscription']));
  expect(new Set(cases.map(({ kind }) => kind))).toEqual(new Set(Object.values(kinds)));
});

describe.each(cases)('$where', (each) => {
  const { root, kind } = each;

  it('refuses a mistyped name', async () => {
    const [error, ...others] = await errorsFor(each, kind.wrong);
    expect(others).toEqual([]);
    expect(error?.message).toContain(kind.message);
    expect(error?.code).toBe(root.kind === 'mutation' ? 'DATA' : kind.code);
  });

  it('does not complain about a name that exists', async () => {
    const errors = await errorsFor(each, kind.right);
    expect(errors.filter(({ message }) => message.includes('There is no'))).toEqual([]);
  });
});
