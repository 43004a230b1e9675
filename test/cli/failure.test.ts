import { readFileSync } from 'node:fs';
import { buildSchema, isInterfaceType } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  defectOf,
  exitCodeByErrorCode,
  failureOf,
  failureText,
  payloadOf,
  UsageError,
} from '../../src/cli/failure.ts';
import { AnswerError, answerErrorOf, UnreachableError } from '../../src/client/answer.ts';
import { ExpectedError, expectedErrorCodes, operationErrorCodes } from '../../src/shared/expected-error.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const errorInterface = schema.getType('Error');
const errorTypes = isInterfaceType(errorInterface)
  ? schema.getPossibleTypes(errorInterface).map(({ name }) => name)
  : [];

/** The command error for an error that a mutation returns. */
function errorFor(typename: string) {
  return errorOf({
    __typename: typename,
    message: 'No\u001B[2J',
    suggestion: 'Use claimTask',
    taskKey: 'T-1',
  });
}

function errorOf(returned: Parameters<typeof payloadOf>[0] & Record<string, unknown>): unknown {
  try {
    payloadOf(returned);
  } catch (error) {
    return error;
  }
  throw new Error(`${returned.__typename} is not an error`);
}

describe('an error of a mutation', () => {
  /** Programs depend on these codes: codes may be added, but never changed. */
  const codes = {
    EpicNotFoundError: 'EPIC_NOT_FOUND',
    FeatureNotFoundError: 'FEATURE_NOT_FOUND',
    IdempotencyKeyReusedError: 'IDEMPOTENCY_KEY_REUSED',
    InvalidInputError: 'INVALID_INPUT',
    InvalidTransitionError: 'INVALID_TRANSITION',
    KeyTakenError: 'KEY_TAKEN',
    SessionNotActiveError: 'SESSION_NOT_ACTIVE',
    SessionNotFoundError: 'SESSION_NOT_FOUND',
    StatusNotAllowedError: 'STATUS_NOT_ALLOWED',
    TaskAlreadyClaimedError: 'TASK_ALREADY_CLAIMED',
    TaskNotFoundError: 'TASK_NOT_FOUND',
  };

  it('has a code for each error type of the schema', () => {
    expect(Object.keys(codes)).toEqual(errorTypes.toSorted());
    expect(Object.values(codes).toSorted()).toEqual(operationErrorCodes.toSorted());
  });

  it.each(Object.entries(codes))('%s has the code %s', (typename, code) => {
    const failure = failureOf(errorFor(typename));
    expect(failure).toEqual({
      // The only error about the current status of the task.
      exitCode: typename === 'InvalidTransitionError' ? 3 : 1,
      code,
      message: 'No [2J',
      suggestion: 'Use claimTask',
      details: { task_key: 'T-1' },
    });
  });

  it('has no suggestion if the server sent none', () => {
    const failure = failureOf(errorOf({ __typename: 'TaskNotFoundError', message: 'No', suggestion: null }));
    expect(failure).toMatchObject({ message: 'No', suggestion: null });
  });

  it('has its own code if only a newer server has the type', () => {
    const failure = failureOf(
      errorOf({ __typename: 'TaskOnFireError', message: 'It burns', suggestion: null }),
    );
    expect(failure).toMatchObject({ exitCode: 1, code: 'REJECTED', message: 'It burns' });
  });

  it('is a defect if the type is neither a payload nor an error', () => {
    expect(() => payloadOf({ __typename: 'Surprise' })).toThrow('returned Surprise');
  });

  it('is not thrown if the mutation returns a payload', () => {
    const payload = { __typename: 'ClaimTaskPayload', warnings: [] } as const;
    expect(payloadOf(payload)).toBe(payload);
  });
});

describe('an error in `errors`', () => {
  const said = (code: string, more = {}) =>
    failureOf(
      answerErrorOf('Sessions', [
        { message: "There is no phase 'x\u001B[2J'", extensions: { code, ...more } },
      ]),
    );

  it.each([
    { code: 'BAD_USER_INPUT', exitCode: 1 },
    { code: 'FORBIDDEN', exitCode: 1 },
    { code: 'UNAUTHENTICATED', exitCode: 2, suggestion: 'Set SHARK_TOKEN to a token of this server' },
    { code: 'DATABASE_BUSY', exitCode: 2 },
    { code: 'INTERNAL_SERVER_ERROR', exitCode: 2 },
    { code: 'TIMEOUT', exitCode: 2 },
    { code: 'RATE_LIMITED', exitCode: 2 },
  ])('with the code $code has the exit code $exitCode', ({ code, exitCode, suggestion = null }) => {
    expect(said(code, { retryAfter: 3 })).toEqual({
      exitCode,
      code,
      message: "There is no phase 'x [2J'",
      suggestion,
      details: { retry_after: 3 },
    });
  });

  it('includes the messages of all errors', () => {
    const failure = failureOf(
      answerErrorOf('Sessions', [
        { message: 'One', extensions: { code: 'BAD_USER_INPUT' } },
        { message: 'Two', extensions: { code: 'BAD_USER_INPUT' } },
      ]),
    );
    expect(failure).toMatchObject({ code: 'BAD_USER_INPUT', message: 'One; Two' });
  });

  it('has the code NO_ANSWER and one line of text if the response is not GraphQL', () => {
    const failure = failureOf(
      new AnswerError(
        'Sessions: http://x returned status 502 without a GraphQL response: <html>\n\u001B[2J<b>Bad</b>',
      ),
    );
    expect(failure).toMatchObject({
      exitCode: 2,
      code: 'NO_ANSWER',
      message: 'Sessions: http://x returned status 502 without a GraphQL response: <html> [2J<b>Bad</b>',
    });
  });

  it('has the code NO_ANSWER if it has no code', () => {
    expect(failureOf(answerErrorOf('Sessions', [{ message: 'Odd' }]))).toMatchObject({
      exitCode: 2,
      code: 'NO_ANSWER',
      message: 'Odd',
    });
  });
});

describe('an expected error', () => {
  it.each([
    { error: new UnreachableError('No response from x'), code: 'UNREACHABLE', exitCode: 2 },
    { error: new UsageError('No such option'), code: 'USAGE', exitCode: 2 },
    {
      error: new ExpectedError({ code: 'SETTINGS', message: 'PORT is wrong', parameters: {} }),
      code: 'SETTINGS',
      exitCode: 2,
    },
    {
      error: new ExpectedError({ code: 'NO_DATABASE', message: 'There is none', parameters: {} }),
      code: 'NO_DATABASE',
      exitCode: 2,
    },
  ])('has the code $code', ({ error, code, exitCode }) => {
    expect(failureOf(error)).toEqual({
      exitCode,
      code,
      message: error.message,
      suggestion: null,
      details: {},
    });
  });

  it('has its parameters as details', () => {
    const error = new ExpectedError({
      code: 'TASK_NOT_FOUND',
      message: 'None',
      suggestion: 'Look',
      parameters: { taskKey: 'T-1' },
    });
    expect(failureOf(error)).toEqual({
      exitCode: 1,
      code: 'TASK_NOT_FOUND',
      message: 'None',
      suggestion: 'Look',
      details: { task_key: 'T-1' },
    });
  });

  it('has an exit code for each code', () => {
    expect(Object.keys(exitCodeByErrorCode).toSorted()).toEqual(expectedErrorCodes.toSorted());
  });

  it('is not a defect of the program', () => {
    expect(failureOf(new TypeError('undefined is not a function'))).toBeUndefined();
    expect(failureOf('thrown')).toBeUndefined();
  });
});

describe('failureText', () => {
  const failure = {
    exitCode: 1,
    code: 'KEY_TAKEN',
    message: 'E07 is taken',
    suggestion: 'Choose another',
    details: { key: 'E07' },
  } as const;

  it('prints one line of text', () => {
    expect(failureText(failure, { asJson: false })).toBe('Error: E07 is taken. Choose another');
    expect(failureText({ ...failure, suggestion: null }, { asJson: false })).toBe('Error: E07 is taken');
  });

  it.each([
    ['There is no database', 'There is no database. See'],
    ['There is no database.', 'There is no database. See'],
    ['Did you mean E07?', 'Did you mean E07? See'],
    ['Two settings are invalid:\n- HOST\n- PORT', 'Two settings are invalid:\n- HOST\n- PORT\nSee'],
  ])('names the section of the documentation after %j', (message, text) => {
    const explained = { ...failure, code: 'NO_DATABASE', message, suggestion: null };
    const help = 'docs/troubleshooting.md#no_database';
    expect(failureText(explained, { asJson: false })).toBe(`Error: ${text} ${help}`);
    expect(JSON.parse(failureText(explained, { asJson: true }))).toMatchObject({ error: { help } });
  });

  it('prints one line of JSON with --json', () => {
    expect(failureText(failure, { asJson: true })).toBe(
      '{"error":{"code":"KEY_TAKEN","message":"E07 is taken","suggestion":"Choose another","details":{"key":"E07"}}}',
    );
  });
});

it('a defect has the code FAULT and a stack trace', () => {
  const failure = defectOf(new TypeError('nothing is not a function'));
  expect(failure).toMatchObject({ exitCode: 2, code: 'FAULT', suggestion: null, details: {} });
  expect(failure.message).toMatch(/^TypeError: nothing is not a function\n\s+at /);
  expect(JSON.parse(failureText(failure, { asJson: true }))).toMatchObject({ error: { code: 'FAULT' } });
});

describe('an error of the operating system', () => {
  it('is one line in words, with the path of the file', () => {
    let error: unknown;
    try {
      readFileSync('/nonexistent/file');
    } catch (thrown) {
      error = thrown;
    }
    expect(failureOf(error)).toMatchObject({
      exitCode: 2,
      code: 'FILE',
      message: 'The file /nonexistent/file cannot be used: it does not exist',
    });
  });

  it('names a current folder that was deleted', () => {
    const error = Object.assign(new Error('ENOENT: uv_cwd'), { code: 'ENOENT', syscall: 'uv_cwd' });
    expect(failureOf(error)).toMatchObject({
      code: 'FILE',
      message: 'The current folder cannot be used: it was deleted',
      suggestion: 'Change to another folder',
    });
  });

  it('that is not about a file is a bug', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
    });
    expect(failureOf(error)).toBeUndefined();
  });
});
