import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  OperationTypeNode,
} from 'graphql';
import { isPromise, type Plugin } from 'graphql-yoga';
import type { Clock } from '../../shared/clock.ts';
import { createComplexityCheck } from '../../graphql/limits/complexity.ts';
import type { ExecuteHeavyOperation } from './heavy-operations.ts';
import type { EventLoopShares } from '../../shared/event-loop-shares.ts';
import type { RateLimit } from './rate-limit.ts';
import type { UnreadAnswers } from './unread-answers.ts';
import type { Context } from '../../graphql/context.ts';
import { checkDocument, checkDocumentText, isLimitExceeded } from '../../graphql/limits/document-size.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

export interface QueryLimitsOptions {
  limits: Limits;
  clock: Clock;
  rateLimit: Pick<RateLimit, 'countComplexity'>;
  unreadAnswers: Pick<UnreadAnswers, 'check'>;
  /** Shares the event loop out between the clients. */
  shares: EventLoopShares;
  executeHeavy: ExecuteHeavyOperation;
}

/**
 * Rejects operations that are short but expensive to execute. Checks each limit as early as possible. Executes heavy
 * operations with `executeHeavy`.
 */
export function useQueryLimits({
  limits,
  clock,
  rateLimit,
  unreadAnswers,
  shares,
  executeHeavy,
}: QueryLimitsOptions): Plugin<Context, Context> {
  const complexityOf = createComplexityCheck({
    complexity: limits.queryComplexity,
    setting: 'MAX_QUERY_COMPLEXITY',
    pageSize: limits.pageSize,
  });
  return {
    // To parse, validate and execute a document takes time, so it waits while its client has used more than others.
    onParams: ({ context }) => shares.waitIfUsed(context.principal.clientId),
    onParse({ parseFn, setParseFn }) {
      // Check the limits while parsing, so that documents in Yoga's cache are not checked again.
      setParseFn((source, options) => {
        checkDocumentText(source, limits);
        const document = parseFn(source, options);
        checkDocument(document, limits);
        return document;
      });
      return ({ result }) => {
        // Throw the error, so that the response has status 400 instead of 200.
        if (isLimitExceeded(result)) throw result;
      };
    },
    onRequestParse: () => ({
      onRequestParseDone({ requestParserResult }) {
        if (Array.isArray(requestParserResult)) throw batchingNotSupported(requestParserResult.length);
      },
    }),
    onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const { principal } = args.contextValue;
      const { cost, errors } = complexityOf(args);
      const refusals =
        errors.length > 0
          ? errors
          : (refusal(() => unreadAnswers.check(principal.clientId)) ??
            refusal(() => rateLimit.countComplexity(principal, cost)));
      if (refusals !== undefined) {
        setResultAndStopExecution({ errors: refusals });
        return;
      }
      const execute =
        cost > limits.heavyComplexity
          ? (given: ExecutionArgs) => executeHeavy(args.contextValue, () => executeFn(given))
          : executeFn;
      // The validation may have used this turn of the event loop up.
      const executeInTurn = (given: ExecutionArgs) => {
        const turn = shares.waitIfUsed(principal.clientId);
        return turn === undefined ? execute(given) : turn.then(() => execute(given));
      };
      // Only queries have a timeout. A started mutation always runs to its end, and its client gets the result.
      const isQuery =
        getOperationAST(args.document, args.operationName)?.operation === OperationTypeNode.QUERY;
      setExecuteFn(
        isQuery
          ? (given) => withTimeout(given, executeInTurn, { clock, limitMs: limits.queryTimeoutMs })
          : executeInTurn,
      );
    },
  };
}

/** Returns the error that a check throws, as a list, or undefined if it throws none. */
function refusal(check: () => void): readonly GraphQLError[] | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

/**
 * Executes a query with a time limit. At the limit, the client gets an error and the remaining fields fail. Uses no
 * abort signal, because abort signals slow down queries. A query that needs no time limit gets no timer.
 */
function withTimeout(
  args: ExecutionArgs,
  execute: (args: ExecutionArgs) => unknown,
  { clock, limitMs }: { clock: Clock; limitMs: number },
): unknown {
  const result = execute(args);
  if (!isPromise(result)) return result;
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(
      limitMs,
      () => {
        const error = timedOut(limitMs);
        for (const service of ['read', 'analyticsWorker', 'loaders', 'heavy'] satisfies (keyof Context)[])
          Object.defineProperty(args.contextValue, service, {
            get() {
              throw error;
            },
          });
        resolve({ errors: [error] } satisfies ExecutionResult);
      },
      { unref: true },
    );
    Promise.resolve(result)
      .finally(() => timer.cancel())
      .then(resolve, reject);
  });
}

function timedOut(limitMs: number): GraphQLError {
  return new GraphQLError(
    `The query took longer than ${limitMs / 1_000} s and was aborted. Request less data in one query, or try again later. The operator can change the limit with QUERY_TIMEOUT`,
    {
      extensions: {
        code: 'TIMEOUT' satisfies ResponseErrorCode,
        limit: limitMs,
        setting: 'QUERY_TIMEOUT',
        http: { status: 504 },
      },
    },
  );
}

function batchingNotSupported(found: number): GraphQLError {
  return new GraphQLError(
    `The body is a list of ${found} operations, and none was executed. Send each operation in a separate request, or send all operations on a WebSocket`,
    {
      extensions: {
        code: 'BATCHING_NOT_SUPPORTED' satisfies ResponseErrorCode,
        limit: 1,
        found,
        http: { status: 400 },
      },
    },
  );
}
