import { readFileSync } from 'node:fs';
import { buildSchema, isInterfaceType } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  failureOf,
  failureText,
  faultOf,
  NotFoundError,
  payloadOf,
  ExpectedError,
  UnableError,
  UsageError,
} from '../../src/cli/failure.ts';
import { AnswerError, answerErrorOf, UnreachableError } from '../../src/client/answer.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const errorInterface = schema.getType('Error');
const refusals = isInterfaceType(errorInterface)
  ? schema.getPossibleTypes(errorInterface).map(({ name }) => name)
  : [];

/** What a mutation is refused with, as a command sees it. */
function refusedWith(typename: string) {
  try {
    payloadOf({ __typename: typename, message: 'No\u001B[2J', suggestion: 'Use claimTask', taskKey: 'T-1' });
  } catch (error) {
    return error;
  }
  throw new Error(`${typename} was taken for a payload`);
}

describe('what a mutation is refused with', () => {
  /** Programs switch on these: one is added for each new refusal, and none is changed. */
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

  it('is known here for every error of the schema', () => {
    expect(Object.keys(codes)).toEqual(refusals.toSorted());
  });

  it.each(Object.entries(codes))('%s is %s', (typename, code) => {
    const failure = failureOf(refusedWith(typename));
    expect(failure).toEqual({
      // The only refusal that is about the status the task is in.
      exitCode: typename === 'InvalidTransitionError' ? 3 : 1,
      code,
      message: 'No [2J',
      suggestion: "Use 'shark task claim'",
      details: { task_key: 'T-1' },
    });
  });

  it('is told without a suggestion where there is none', () => {
    const failure = failureOf(
      new ExpectedError({ __typename: 'TaskNotFoundError', message: 'No', suggestion: null }),
    );
    expect(failure).toMatchObject({ message: 'No', suggestion: null });
  });

  it('is a fault where it is neither payload nor error', () => {
    expect(() => payloadOf({ __typename: 'Surprise' })).toThrow('answered with Surprise');
  });

  it('is handed on where it is a payload', () => {
    const payload = { __typename: 'ClaimTaskPayload', warnings: [] } as const;
    expect(payloadOf(payload)).toBe(payload);
  });
});

describe('what stands beside the data', () => {
  const said = (code: string, more = {}) =>
    failureOf(
      answerErrorOf('Sessions', [
        { message: "There is no phase 'x\u001B[2J'", extensions: { code, ...more } },
      ]),
    );

  it.each([
    { code: 'BAD_USER_INPUT', exitCode: 1 },
    { code: 'FORBIDDEN', exitCode: 1 },
    { code: 'UNAUTHENTICATED', exitCode: 2, suggestion: 'Name a token of this server in SHARK_TOKEN' },
    { code: 'DATABASE_BUSY', exitCode: 2 },
    { code: 'INTERNAL_SERVER_ERROR', exitCode: 2 },
    { code: 'TIMEOUT', exitCode: 2 },
    { code: 'RATE_LIMITED', exitCode: 2 },
  ])('with the code $code ends with $exitCode', ({ code, exitCode, suggestion = null }) => {
    expect(said(code, { retryAfter: 3 })).toEqual({
      exitCode,
      code,
      message: "There is no phase 'x [2J'",
      suggestion,
      details: { retry_after: 3 },
    });
  });

  it('is told whole when there are several', () => {
    const failure = failureOf(
      answerErrorOf('Sessions', [
        { message: 'One', extensions: { code: 'BAD_USER_INPUT' } },
        { message: 'Two', extensions: { code: 'BAD_USER_INPUT' } },
      ]),
    );
    expect(failure).toMatchObject({ code: 'BAD_USER_INPUT', message: 'One; Two' });
  });

  it('is no answer where it is not GraphQL, and is one line whatever a proxy sent', () => {
    const failure = failureOf(
      new AnswerError('Sessions: http://x answered 502 without GraphQL: <html>\n\u001B[2J<b>Bad</b>'),
    );
    expect(failure).toMatchObject({
      exitCode: 2,
      code: 'NO_ANSWER',
      message: 'Sessions: http://x answered 502 without GraphQL: <html> [2J<b>Bad</b>',
    });
  });

  it('is no answer where it has no code', () => {
    expect(failureOf(answerErrorOf('Sessions', [{ message: 'Odd' }]))).toMatchObject({
      exitCode: 2,
      code: 'NO_ANSWER',
      message: 'Odd',
    });
  });
});

describe('what keeps a command from asking', () => {
  it.each([
    { error: new UnreachableError('No answer from x'), code: 'UNREACHABLE', exitCode: 2 },
    { error: new UsageError('No such option'), code: 'USAGE', exitCode: 2 },
    { error: new UnableError('SETTINGS', 'PORT is wrong'), code: 'SETTINGS', exitCode: 2 },
    { error: new UnableError('NO_DATABASE', 'There is none'), code: 'NO_DATABASE', exitCode: 2 },
  ])('is $code', ({ error, code, exitCode }) => {
    expect(failureOf(error)).toEqual({
      exitCode,
      code,
      message: error.message,
      suggestion: null,
      details: {},
    });
  });

  it('is refused where there is no such thing', () => {
    expect(failureOf(new NotFoundError('TASK_NOT_FOUND', 'None', 'Look', { task_key: 'T-1' }))).toEqual({
      exitCode: 1,
      code: 'TASK_NOT_FOUND',
      message: 'None',
      suggestion: 'Look',
      details: { task_key: 'T-1' },
    });
  });

  it('is no failure to tell when the program itself is at fault', () => {
    expect(failureOf(new TypeError('undefined is not a function'))).toBeUndefined();
    expect(failureOf('thrown')).toBeUndefined();
  });
});

describe('a failure', () => {
  const failure = {
    exitCode: 1,
    code: 'KEY_TAKEN',
    message: 'E07 is taken',
    suggestion: 'Choose another',
    details: { key: 'E07' },
  } as const;

  it('is one line for people', () => {
    expect(failureText(failure, { asJson: false })).toBe('Error: E07 is taken. Choose another');
    expect(failureText({ ...failure, suggestion: null }, { asJson: false })).toBe('Error: E07 is taken');
  });

  it('is one line of JSON for programs', () => {
    expect(failureText(failure, { asJson: true })).toBe(
      '{"error":{"code":"KEY_TAKEN","message":"E07 is taken","suggestion":"Choose another","details":{"key":"E07"}}}',
    );
  });
});

it('a fault of the program is told to programs with its place, and is no refusal', () => {
  const failure = faultOf(new TypeError('nothing is not a function'));
  expect(failure).toMatchObject({ exitCode: 2, code: 'FAULT', suggestion: null, details: {} });
  expect(failure.message).toMatch(/^TypeError: nothing is not a function\n\s+at /);
  expect(JSON.parse(failureText(failure, { asJson: true }))).toMatchObject({ error: { code: 'FAULT' } });
});
