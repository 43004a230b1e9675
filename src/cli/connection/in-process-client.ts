import { type ExecutionResult, execute, GraphQLError, parse, subscribe } from 'graphql';
import { unrestrictedPrincipal } from '../../domain/principal.ts';
import { createSameThreadWorker } from '../../worker/same-thread.ts';
import {
  AnswerError,
  answerErrorOf,
  dataOf,
  isAnswer,
  type NamedValues,
  nameOf,
} from '../../client/answer.ts';
import type { Client } from '../../client/client.ts';
import type { TypedDocumentString } from '../../client/generated/graphql.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Config } from '../../server/config.ts';
import { csvFile } from '../../domain/export/csv-file.ts';
import { ExportParametersError, readExportParameters } from '../../domain/export/parameters.ts';
import { createContext } from '../../graphql/context.ts';
import { schema } from '../../graphql/schema.ts';
import { createErrorMask } from '../../graphql/mask-error.ts';
import type { Log } from '../../shared/log.ts';
import { openServices } from '../../server/services.ts';

/** Answers the documents that a server would, from the database file, without one. */
export interface InProcessClient extends Client {
  /** Lets go of the file. */
  close(): Promise<void>;
}

export interface InProcessOptions {
  clock: Clock;
  /** Takes what befalls the file, whole; the answers say it in a sentence. */
  log: Log;
  /** The database was changed to suit this version, and is kept as it was in this file. */
  onBackup: (file: string) => void;
}

/**
 * Opens the database file for documents that are executed here, on the schema that a server has. Whoever may write the
 * file may do everything; servers that are at work on it see what is written, and so do their subscribers.
 *
 * Throws WorkflowFileError, DatabaseOpenError, MigrationError, BackupError. What the calls throw is what those of
 * `createClient` throw, but for UnreachableError.
 */
export async function createInProcessClient(
  config: Config,
  { clock, log, onBackup }: InProcessOptions,
): Promise<InProcessClient> {
  const { services, close } = await openServices(config, {
    clock,
    observer: {
      migrated({ backupFile }) {
        if (backupFile !== null) onBackup(backupFile);
      },
      failed: (error) => log.error({ err: error }, 'polling the database for changes failed'),
    },
    createAnalyticsWorker: ({ database, workflow }) =>
      createSameThreadWorker({ file: config.databaseFile, tables: database.tables, workflow, clock }),
  });
  const maskError = createErrorMask({
    log,
    requestId: () => null,
    words: {
      whatHappened: 'Something went wrong that should not.',
      whereItIs: 'Run it again with LOG_LEVEL=error to see the cause.',
    },
  });
  const argumentsOf = (document: TypedDocumentString<unknown, never>, variables: NamedValues) => ({
    schema,
    document: parse(document.toString()),
    variableValues: variables,
    contextValue: createContext(services, unrestrictedPrincipal),
  });
  const resultOf = <Result>(
    document: TypedDocumentString<Result, never>,
    { data, errors }: ExecutionResult,
  ): Result => {
    const answer: unknown = { data, errors: errors?.map(maskError) };
    if (!isAnswer<Result>(answer)) throw new Error(`${nameOf(document)} was answered with nothing`);
    return dataOf(document, answer);
  };

  return {
    async send(document, variables) {
      return resultOf(document, await execute(argumentsOf(document, variables)));
    },
    async *subscribe(document, variables, { signal, onConnected } = {}) {
      const given = typeof variables === 'function' ? variables() : variables;
      const events = await subscribe(argumentsOf(document, given));
      if (!(Symbol.asyncIterator in events)) {
        resultOf(document, events);
        return;
      }
      const end = () => void events.return?.();
      signal?.addEventListener('abort', end);
      try {
        if (signal?.aborted === true) return;
        onConnected?.();
        for await (const event of events) yield resultOf(document, event);
      } catch (error) {
        // What befalls the file while it is watched ends the events, and is no answer to any of them.
        throw error instanceof AnswerError ? error : answerErrorOf(nameOf(document), [maskError(error)]);
      } finally {
        signal?.removeEventListener('abort', end);
      }
    },
    async *exportSessions(parameters) {
      try {
        const { filter, withByteOrderMark } = readExportParameters(new URLSearchParams(parameters));
        yield* await csvFile({
          filter,
          withByteOrderMark,
          pageOf: (page) => services.analyticsWorker.run('sessionsAsCsv', page),
        });
      } catch (error) {
        throw answerErrorOf('The export', exportErrors(error));
      }
    },
    close,
  };

  function exportErrors(error: unknown) {
    if (error instanceof ExportParametersError)
      return error.problems.map((message) => ({ message, extensions: { code: 'BAD_USER_INPUT' } }));
    const originalError = error instanceof Error ? error : new Error(String(error));
    return [maskError(new GraphQLError('', { originalError }))];
  }
}
