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

/** An operation that takes longer is worth a line in the log, whatever it is, in milliseconds. */
const slowMs = 1_000;

/** An operation that is being answered. */
export interface OperationUnderWay {
  /** What was found out to be asked for; one of which nothing is known was refused before. */
  readonly is: (document: DocumentNode, name: string | null | undefined) => void;
  /** The answer, or the beginning of a subscription; `refused` are the names of the refusals that are data. */
  readonly answered: (answer: object, refused: readonly string[]) => void;
}

/** Measures every operation, over whichever transport, and writes a line about it. */
export interface OperationLog {
  begin(transport: Transport, requestId: string | null, principal: Principal): OperationUnderWay;
}

interface Asked {
  /** `query`, `mutation` or `subscription`. */
  kind: string;
  /** The root field, or `several`. */
  operation: string;
  /** What the client calls it. */
  name: string | null;
}

const unknown: Asked = { kind: 'unknown', operation: 'unknown', name: null };

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
    begin(transport, requestId, principal) {
      const beganMs = clock.steadyMs();
      let asked = unknown;
      return {
        is(document, name) {
          asked = describeOperation(document, name);
        },
        answered(answer, refused) {
          const durationMs = clock.steadyMs() - beganMs;
          const { kind, operation, name } = asked;
          const outcomes = [...refused, ...errorCodes(answer)];
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
            'an operation was answered',
          );
        },
      };
    },
  };
}

function errorCodes(answer: object): string[] {
  const { errors }: Pick<ExecutionResult, 'errors'> = answer;
  return errors === undefined ? [] : errors.map(codeOf);
}

/** What the libraries refuse before anything is executed has no code of its own everywhere. */
function codeOf({ extensions }: GraphQLError): string {
  return typeof extensions?.code === 'string' ? extensions.code : 'INVALID';
}

const known = new WeakMap<OperationDefinitionNode, Asked>();

/**
 * What an operation asks for. Documents are kept by whoever parses them, so what is asked in one is found out once; a
 * name that stands for none of its operations is the client's own, and there are any number of those.
 */
export function describeOperation(document: DocumentNode, name: string | null | undefined): Asked {
  const operation = getOperationAST(document, name);
  if (operation === null || operation === undefined) return unknown;
  const asked = known.get(operation) ?? findAsked(document, operation);
  known.set(operation, asked);
  return asked;
}

function findAsked(document: DocumentNode, operation: OperationDefinitionNode): Asked {
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

/** Only of documents that are valid: their fragments do not lead back to themselves. */
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

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
