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

/**
 * Refuses what asks for too much, each thing as soon as it can be known: before a document is parsed, before it is
 * validated, and before anything of an operation is executed.
 */
export function useQueryLimits(limits: Limits, clock: Clock): Plugin {
  return {
    onParse({ parseFn, setParseFn }) {
      // Not called again for a document that has been parsed already.
      setParseFn((source, options) => {
        checkDocumentText(source, limits);
        const document = parseFn(source, options);
        checkDocument(document, limits);
        return document;
      });
      return ({ result }) => {
        // Thrown here, it is no fault of syntax, which Yoga would answer with status 200.
        if (isLimitExceeded(result)) throw result;
      };
    },
    onRequestParse: () => ({
      onRequestParseDone({ requestParserResult }) {
        if (Array.isArray(requestParserResult)) throw noBatches(requestParserResult.length);
      },
    }),
    onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const errors = complexityErrors(args, limits);
      if (errors.length > 0) setResultAndStopExecution({ errors });
      // What a mutation has begun is brought to its end, and the client told of it.
      else if (getOperationAST(args.document, args.operationName)?.operation === OperationTypeNode.QUERY)
        setExecuteFn((given) => inTime(given, executeFn, { clock, limitMs: limits.queryTimeoutMs }));
    },
  };
}

/** The same for subscriptions, wherever they come from: those on sockets do not pass by Yoga's plugins. */
export function limitedSubscribe(subscribe: Subscribe, limits: Limits): Subscribe {
  return async (args, transport) => {
    const errors = complexityErrors(args, limits);
    return errors.length > 0 ? { errors } : subscribe(args, transport);
  };
}

/**
 * What is remembered of documents, each of which may be long, and some of which a client may never send again. Programs
 * have a few dozen.
 */
export function documentCaches() {
  return {
    documentCache: createLRUCache<DocumentNode>({ max: 100 }),
    errorCache: createLRUCache({ max: 50 }),
  };
}

/**
 * Beyond the limit the client is not kept waiting, and what has not begun finds nothing any more that it could ask. The
 * executor could be told to stop as well, but then it would look for that at each of its steps.
 */
function inTime(
  args: ExecutionArgs,
  execute: (args: ExecutionArgs) => unknown,
  { clock, limitMs }: { clock: Clock; limitMs: number },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(
      limitMs,
      () => {
        const error = tooSlow(limitMs);
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

function tooSlow(limitMs: number): GraphQLError {
  return new GraphQLError(
    `The query took longer than ${limitMs / 1_000} s and was given up. Ask for less at once, or try again when the server has less to do; QUERY_TIMEOUT is the operator's setting for this`,
    { extensions: { code: 'TIMEOUT', limit: limitMs, setting: 'QUERY_TIMEOUT', http: { status: 504 } } },
  );
}

function noBatches(found: number): GraphQLError {
  return new GraphQLError(
    `The body is a list of ${found} operations, and nothing of it was executed. Send each in a request of its own, or all of them on a WebSocket`,
    { extensions: { code: 'BATCHING_NOT_SUPPORTED', limit: 1, found, http: { status: 400 } } },
  );
}
