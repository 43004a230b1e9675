import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  Kind,
  OperationTypeNode,
  subscribe,
} from 'graphql';
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
import { type Context, createContext, type Services } from '../../graphql/context.ts';
import { withWording } from '../../server/operations/error-wording.ts';
import { executableDocument } from '../../graphql/executable-document.ts';
import { withExistingNames } from '../../graphql/filter-names.ts';
import { createErrorMask } from '../../graphql/mask-error.ts';
import type { ErrorLog } from '../../shared/log.ts';
import { inCommandTerms } from './answer-wording.ts';
import { openServices } from '../../server/services.ts';

/** A client that executes GraphQL documents on the database file, without a server. */
export interface InProcessClient extends Client {
  /** Closes the database file. */
  close(): Promise<void>;
}

export interface InProcessOptions {
  clock: Clock;
  /** Whether to create the tables in an empty database. */
  mayCreateTables: boolean;
  /** The log receives the details of database errors. Responses contain only a short message. */
  log: ErrorLog;
  /** Called after a migration of the database. `file` is the path of the backup. */
  onBackup: (file: string) => void;
}

/**
 * Returns a client that executes GraphQL documents on the database file. The client checks no access rights.
 *
 * Throws WorkflowFileError, DatabaseOpenError, DatabaseReadOnlyError, MigrationError, BackupError.
 */
export async function createInProcessClient(
  config: Config,
  { clock, mayCreateTables, log, onBackup }: InProcessOptions,
): Promise<InProcessClient> {
  const open = (access: 'read' | 'write') =>
    openServices(config, {
      clock,
      access,
      mayCreateTables,
      observer: {
        migrated({ backupFile }) {
          if (backupFile !== null) onBackup(backupFile);
        },
        failed: (error) => log.error({ err: error }, 'could not read changes from the database'),
      },
      createAnalyticsWorker: ({ database, workflow }) =>
        createSameThreadWorker({ file: database.file, tables: database.tables, workflow, clock }),
    });
  let opened = await open(mayCreateTables ? 'write' : 'read');
  /** Returns the services for a document. Before the first mutation, opens the database of another user for writing. */
  const servicesFor = async (document: DocumentNode): Promise<Services> => {
    if (opened.services.database.isReadOnly && hasMutation(document)) {
      const readOnly = opened;
      opened = await open('write');
      await readOnly.close();
    }
    return opened.services;
  };
  const maskError = createErrorMask({
    log,
    words: {
      whatHappened: 'Something went wrong in this program.',
      whereItIs: 'Run the command again with LOG_LEVEL=error to see the cause.',
    },
  });
  const argumentsOf = async (text: TypedDocumentString<unknown, never>, variables: NamedValues) => {
    const { document, schema } = await executableDocument(text.toString());
    return {
      document,
      schema,
      variableValues: variables,
      contextValue: createContext(await servicesFor(document), unrestrictedPrincipal),
    };
  };
  const resultOf = <Result>(
    document: TypedDocumentString<Result, never>,
    { data, errors }: ExecutionResult,
    { recordedWordings }: Pick<Context, 'recordedWordings'>,
  ): Result => {
    const worded = withWording(
      { data, errors: errors?.map((error) => maskError(error, null)) },
      recordedWordings,
    );
    const answer = inCommandTerms({ ...worded, errors: worded.errors?.map((error) => error.toJSON()) });
    if (!isAnswer<Result>(answer)) throw new Error(`${nameOf(document)} has no response`);
    return dataOf(document, answer);
  };

  return {
    async send(document, variables) {
      const args = await argumentsOf(document, variables);
      return resultOf(document, await execute(args), args.contextValue);
    },
    async *subscribe(document, variables, { signal, onConnected } = {}) {
      const given = typeof variables === 'function' ? variables() : variables;
      const args = await argumentsOf(document, given);
      const events = await subscribe(args);
      if (!(Symbol.asyncIterator in events)) {
        resultOf(document, events, args.contextValue);
        return;
      }
      const end = () => void events.return?.();
      signal?.addEventListener('abort', end);
      try {
        if (signal?.aborted === true) return;
        onConnected?.();
        for await (const event of events) yield resultOf(document, event, args.contextValue);
      } catch (error) {
        // A database error arrives here as an exception and ends the subscription.
        throw error instanceof AnswerError
          ? error
          : answerErrorOf(nameOf(document), [maskError(error, null)]);
      } finally {
        signal?.removeEventListener('abort', end);
      }
    },
    async *exportSessions(parameters) {
      const { csvFile } = await import('../../domain/export/csv-file.ts');
      const { ExportParametersError, readExportParameters } = await import(
        '../../domain/export/parameters.ts'
      );
      try {
        const { filter, withByteOrderMark } = readExportParameters(
          new URLSearchParams(parameters),
          clock.now(),
        );
        await withExistingNames(filter, opened.services);
        yield* await csvFile({
          filter,
          withByteOrderMark,
          pageOf: (page) => opened.services.analyticsWorker.run('sessionsAsCsv', page),
        });
      } catch (error) {
        throw answerErrorOf(
          'The export',
          error instanceof ExportParametersError
            ? error.problems.map((message) => ({ message, extensions: { code: 'BAD_USER_INPUT' } }))
            : [maskedError(error)],
        );
      }
    },
    close: () => opened.close(),
  };

  function maskedError(error: unknown): GraphQLError {
    const originalError = error instanceof Error ? error : new Error(String(error));
    return maskError(new GraphQLError('', { originalError }), null);
  }
}

function hasMutation({ definitions }: DocumentNode): boolean {
  return definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION,
  );
}
