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
import type { Metrics, Transport } from '../metrics/metrics.ts';

/** What the log and the metrics say about an operation. */
export interface OperationDescription {
  /** `query`, `mutation` or `subscription`. */
  kind: string;
  /** The root field, or `several`. */
  operation: string;
  /** The name that the client chose. It is unbounded, so it is for the log only and never a label of a metric. */
  name: string | null;
}

const unknownOperation: OperationDescription = { kind: 'unknown', operation: 'unknown', name: null };

/** Operations that take at least this long are logged at `info`, in milliseconds. */
const slowMs = 1_000;

/** An operation between its request and its result. */
export interface StartedOperation {
  /**
   * Call this after the document was parsed and validated. Without this call, the log and the metrics show the
   * operation as `unknown`.
   */
  readonly parsed: (document: DocumentNode, name: string | null | undefined) => void;
  /**
   * Call this with the result, or when a subscription has started. `expectedErrors` are the type names of errors in the
   * data.
   */
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

/** Parsed documents are cached, so each operation is described once. */
const descriptions = new WeakMap<OperationDefinitionNode, OperationDescription>();

/** Describes an operation of a valid document. If no operation has the name, the description is `unknown`. */
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
    name: operation.name?.value ?? null,
  };
}

/** The document must be valid: a cycle of fragments would cause endless recursion. */
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
