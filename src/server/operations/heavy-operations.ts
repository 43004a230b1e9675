import { type ExecutionResult, GraphQLError } from 'graphql';
import { type Context, startHeavyOperation } from '../../graphql/context.ts';
import type { HeavyOperation } from '../../graphql/heavy-operation.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { EventLoopShare, EventLoopShares } from '../../shared/event-loop-shares.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';
import { answerTooLarge, serializedResult } from './answer-text.ts';
import { createOperationSlots } from './operation-slots.ts';

/**
 * Executes an operation that selects many values. The operation waits until few others of its client run, yields to
 * other operations, and fails if its answer becomes too large. The result contains the text of the data, because the
 * data themselves take several times its memory.
 */
export type ExecuteHeavyOperation = (
  context: Context,
  execute: () => ExecutionResult | Promise<ExecutionResult>,
) => Promise<ExecutionResult>;

export function createHeavyOperations(
  limits: Pick<
    Limits,
    'answerBytes' | 'heavyOperations' | 'heavyOperationsPerToken' | 'waitingOperationsPerToken'
  >,
  shares: EventLoopShares,
): ExecuteHeavyOperation {
  const slots = createOperationSlots(
    {
      perClient: limits.heavyOperationsPerToken,
      inAll: limits.heavyOperations,
      waitingPerClient: limits.waitingOperationsPerToken,
    },
    () => tooManyWaiting(limits.waitingOperationsPerToken),
  );
  return async (context, execute) => {
    const { clientId } = context.principal;
    let release = () => {};
    try {
      release = await slots.take(clientId);
      const { heavy, outcome } = createHeavyOperation(shares.shareOf(clientId), limits.answerBytes);
      startHeavyOperation(context, heavy);
      const result = await execute();
      const { failure, isLarge } = outcome();
      if (failure !== undefined) return { errors: [failure] };
      return isLarge ? await serializedResult(result, heavy.waitIfUsed, limits.answerBytes) : result;
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error] };
      throw error;
    } finally {
      release();
    }
  };
}

/** A result with more list items or more characters in long texts than this is converted to JSON in several turns. */
const most = { items: 5_000, textLength: 500_000 };

/** Creates a heavy operation. `outcome` returns the error that has ended it, if there is one, and its size. */
function createHeavyOperation(share: EventLoopShare, maxBytes: number) {
  let failure: GraphQLError | undefined;
  let textLength = 0;
  let items = 0;
  const heavy: HeavyOperation = {
    waitIfUsed() {
      if (failure !== undefined) throw failure;
      return share.waitIfUsed();
    },
    runLast: (work) => share.runLast(work),
    countText({ length }) {
      textLength += length;
      if (textLength > maxBytes) failure = answerTooLarge(maxBytes);
      if (failure !== undefined) throw failure;
    },
    countItems(count) {
      items += count;
    },
  };
  return {
    heavy,
    outcome: () => ({ failure, isLarge: items > most.items || textLength > most.textLength }),
  };
}

function tooManyWaiting(limit: number): GraphQLError {
  return new GraphQLError(
    `${limit} operations of this client wait for others to end, which is the limit. Wait for their answers, or request less data. The operator can change the limit with MAX_WAITING_OPERATIONS_PER_TOKEN`,
    {
      extensions: {
        code: 'TOO_MANY_OPERATIONS' satisfies ResponseErrorCode,
        limit,
        setting: 'MAX_WAITING_OPERATIONS_PER_TOKEN',
        http: { status: 429 },
      },
    },
  );
}
