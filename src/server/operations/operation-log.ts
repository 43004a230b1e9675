import {
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLError,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Principal } from '../../domain/principal.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { shortValue } from '../../shared/short-values.ts';
import type { Metrics, Transport } from '../metrics/metrics.ts';

/** The properties of an operation in the log and the metrics. */
export interface OperationDescription {
  /** `query`, `mutation` or `subscription`. */
  kind: string;
  /** The root field of the operation, or `several` for more than one. */
  operation: string;
  /**
   * The operation's name, which the client chooses. Only the log contains it, because each name would add a time series
   * to the metrics.
   */
  name: string | null;
}

const unknownOperation: OperationDescription = { kind: 'unknown', operation: 'unknown', name: null };

/** Operations that take at least this many milliseconds are logged at the level `info`. */
const slowMs = 1_000;

/** An operation that is still running. */
export interface StartedOperation {
  /**
   * Call this after the operation was parsed and validated. Until then, the log and the metrics call it `unknown`.
   */
  readonly parsed: (document: DocumentNode, name: string | null | undefined) => void;
  /**
   * Call this when the operation has a result or its subscription has started. `expectedErrors` are the type names of
   * the expected errors.
   */
  readonly answered: (result: object, expectedErrors: readonly string[]) => void;
}

/** Measures and logs the operations over HTTP and WebSocket. */
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
          for (const setting of exceededSettings(result)) metrics.limitExceeded(setting);
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

/** Returns the names of the settings whose limits the operation exceeded. */
function exceededSettings(result: object): string[] {
  const { errors = [] }: Pick<ExecutionResult, 'errors'> = result;
  const settings = errors.map(({ extensions }) => extensions?.setting);
  return [...new Set(settings.filter((setting) => typeof setting === 'string'))];
}

/** Returns the code of an error. Validation errors without a code get the code INVALID. */
function codeOf({ extensions }: GraphQLError): string {
  return typeof extensions?.code === 'string' ? extensions.code : 'INVALID';
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

/** A cache of the descriptions of parsed operations. */
const descriptions = new WeakMap<OperationDefinitionNode, OperationDescription>();

/** Describes an operation of a valid document. The description is `unknown` if the document has no such operation. */
export function describeOperation(
  document: DocumentNode,
  name: string | null | undefined,
): OperationDescription {
  const operation = getOperationAST(document, name);
  if (operation === null || operation === undefined) return unknownOperation;
  const description = descriptions.get(operation) ?? describe(document, operation);
  descriptions.set(operation, description);
  return description;
}

function describe(document: DocumentNode, operation: OperationDefinitionNode): OperationDescription {
  const fragments = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
  const [field = 'none', ...more] = rootFields(operation.selectionSet, fragments);
  return {
    kind: operation.operation,
    operation: more.length === 0 ? field : 'several',
    name: operation.name === undefined ? null : shortValue(operation.name.value),
  };
}

/**
 * Returns the names of the root fields. The document must be valid, because this function would never end if fragments
 * formed a cycle.
 */
function rootFields(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Set<string> {
  return new Set(
    selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection.name.value];
      const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      return inner === undefined ? [] : [...rootFields(inner.selectionSet, fragments)];
    }),
  );
}
