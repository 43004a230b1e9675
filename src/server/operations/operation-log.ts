import type { DocumentNode, ExecutionResult, GraphQLError } from 'graphql';
import type { Principal } from '../../domain/principal.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { Metrics, Transport } from '../metrics/metrics.ts';
import { describeOperation, unknownOperation } from './operation-description.ts';

/** Operations that take at least this long are logged at `info`, in milliseconds. */
const slowMs = 1_000;

/** An operation between its request and its result. */
export interface StartedOperation {
  /** The document was parsed and validated. An operation without this call was rejected before. */
  readonly parsed: (document: DocumentNode, name: string | null | undefined) => void;
  /** The result, or the start of a subscription. `expectedErrors` are the type names of errors in the data. */
  readonly answered: (result: object, expectedErrors: readonly string[]) => void;
}

/** Measures and logs operations over both transports. */
export interface OperationLog {
  start(transport: Transport, requestId: string | null, principal: Principal): StartedOperation;
}

export function createOperationLog({
  metrics,
  clock,
  log,
}: {
  metrics: Metrics;
  clock: Clock;
  log: Log;
}): OperationLog {
  return {
    start(transport, requestId, principal) {
      const startedMs = clock.steadyMs();
      let description = unknownOperation;
      return {
        parsed(document, name) {
          description = describeOperation(document, name);
        },
        answered(result, expectedErrors) {
          const durationMs = clock.steadyMs() - startedMs;
          const { kind, operation, name } = description;
          const outcomes = [...expectedErrors, ...errorCodes(result)];
          metrics.operationAnswered({
            transport,
            kind,
            operation,
            outcome: outcomes[0] ?? 'ok',
            durationMs,
          });
          const level = kind === 'mutation' || durationMs >= slowMs ? 'info' : 'debug';
          if (!log.isLevelEnabled(level)) return;
          log[level](
            {
              requestId,
              principal: principal.name,
              transport,
              kind,
              operation,
              name,
              durationMs: rounded(durationMs),
              outcomes,
            },
            'operation answered',
          );
        },
      };
    },
  };
}

function errorCodes(result: object): string[] {
  const { errors }: Pick<ExecutionResult, 'errors'> = result;
  return errors === undefined ? [] : errors.map(codeOf);
}

/** Some validation errors of the libraries have no code. */
function codeOf({ extensions }: GraphQLError): string {
  return typeof extensions?.code === 'string' ? extensions.code : 'INVALID';
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
