import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  OperationTypeNode,
} from 'graphql';
import { createLRUCache, type Plugin } from 'graphql-yoga';
import type { Clock } from '../../shared/clock.ts';
import { complexityErrors } from '../../graphql/limits/complexity.ts';
import type { Context } from '../../graphql/context.ts';
import { checkDocument, checkDocumentText, isLimitExceeded } from '../../graphql/limits/document-size.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { Subscribe } from './shared-execution.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

/**
 * Rejects documents and operations whose cost is out of proportion to their size (algorithmic complexity attacks). Each
 * limit is checked as early as possible: before parsing, before validation, or before execution.
 */
export function useQueryLimits(limits: Limits, clock: Clock): Plugin {
  return {
    onParse({ parseFn, setParseFn }) {
      // Yoga calls this only for documents that are not in its cache.
      setParseFn((source, options) => {
        checkDocumentText(source, limits);
        const document = parseFn(source, options);
        checkDocument(document, limits);
        return document;
      });
      return ({ result }) => {
        // A thrown error has status 400. Without this, Yoga would answer a syntax error with status 200.
        if (isLimitExceeded(result)) throw result;
      };
    },
    onRequestParse: () => ({
      onRequestParseDone({ requestParserResult }) {
        if (Array.isArray(requestParserResult)) throw batchingNotSupported(requestParserResult.length);
      },
    }),
    onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const errors = complexityErrors(args, limits);
      if (errors.length > 0) setResultAndStopExecution({ errors });
      // Only queries have a timeout: a mutation that has started is completed, and its client gets the result.
      else if (getOperationAST(args.document, args.operationName)?.operation === OperationTypeNode.QUERY)
        setExecuteFn((given) => withTimeout(given, executeFn, { clock, limitMs: limits.queryTimeoutMs }));
    },
  };
}

/** Applies the limits to subscriptions. Subscriptions on a WebSocket do not run through Yoga's plugins. */
export function limitedSubscribe(subscribe: Subscribe, limits: Limits): Subscribe {
  return async (args, transport) => {
    const errors = complexityErrors(args, limits);
    return errors.length > 0 ? { errors } : subscribe(args, transport);
  };
}

/**
 * The caches are small, because documents can be long and clients can send any number of different documents. Most
 * programs send a few dozen.
 */
export function documentCaches() {
  return {
    documentCache: createLRUCache<DocumentNode>({ max: 100 }),
    errorCache: createLRUCache({ max: 50 }),
  };
}

/**
 * Answers with an error at the timeout. Fields that are not resolved yet fail, because the services in their context
 * throw from then on. An abort signal of the executor would do the same, but it is checked at every step of every query.
 */
function withTimeout(
  args: ExecutionArgs,
  execute: (args: ExecutionArgs) => unknown,
  { clock, limitMs }: { clock: Clock; limitMs: number },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(
      limitMs,
      () => {
        const error = timedOut(limitMs);
        for (const service of ['read', 'analyticsWorker', 'loaders'] satisfies (keyof Context)[])
          Object.defineProperty(args.contextValue, service, {
            get() {
              throw error;
            },
          });
        resolve({ errors: [error] } satisfies ExecutionResult);
      },
      { unref: true },
    );
    Promise.resolve(execute(args))
      .finally(() => timer.cancel())
      .then(resolve, reject);
  });
}

function timedOut(limitMs: number): GraphQLError {
  return new GraphQLError(
    `The query took longer than ${limitMs / 1_000} s and was aborted. Request less at once, or try again later. The operator can change the limit with QUERY_TIMEOUT`,
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
    `The body is a list of ${found} operations, and none was executed. Send each in a separate request, or all of them on a WebSocket`,
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
