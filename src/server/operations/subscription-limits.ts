import { GraphQLError } from 'graphql';
import { createComplexityCheck } from '../../graphql/limits/complexity.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';
import { selectionOf, type Subscribe } from './shared-execution.ts';

/*
 * The limits on what subscriptions select. An event is executed for each subscription, so these limits are far lower
 * than the limit of a query. Subscriptions of one client with the same selection count once, because each event is
 * executed once for them. Yoga's plugins do not run for subscriptions on a WebSocket.
 */

/** Rejects subscriptions that select too many values, alone or together with the others of their client. */
export function limitedSubscribe(
  subscribe: Subscribe,
  {
    subscriptionComplexity,
    subscriptionComplexityPerToken,
    pageSize,
  }: Pick<Limits, 'subscriptionComplexity' | 'subscriptionComplexityPerToken' | 'pageSize'>,
): Subscribe {
  const complexityOf = createComplexityCheck({
    complexity: subscriptionComplexity,
    setting: 'MAX_SUBSCRIPTION_COMPLEXITY',
    pageSize,
  });
  const clients = new Map<string, Map<string, { cost: number; subscriptions: number }>>();

  const open = (client: string, selection: string, cost: number) => {
    const selections = clients.get(client) ?? new Map<string, { cost: number; subscriptions: number }>();
    let found = selections.get(selection);
    if (found === undefined) {
      const sum = [...selections.values()].reduce((total, each) => total + each.cost, cost);
      if (sum > subscriptionComplexityPerToken) throw tooComplexInAll(sum, subscriptionComplexityPerToken);
      found = { cost, subscriptions: 0 };
      selections.set(selection, found);
      clients.set(client, selections);
    }
    found.subscriptions += 1;
    const opened = found;
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      opened.subscriptions -= 1;
      if (opened.subscriptions === 0) selections.delete(selection);
      if (selections.size === 0) clients.delete(client);
    };
  };

  return async (args, request) => {
    const { cost, errors } = complexityOf(args);
    if (errors.length > 0) return { errors };
    let close = () => {};
    try {
      close = open(request.clientId, selectionOf(args), cost);
      const events = await subscribe(args, { ...request, onEnd: close });
      if (!(Symbol.asyncIterator in events)) close();
      return events;
    } catch (error) {
      close();
      if (error instanceof GraphQLError) return { errors: [error] };
      throw error;
    }
  };
}

function tooComplexInAll(found: number, limit: number): GraphQLError {
  return new GraphQLError(
    `With this subscription, the subscriptions of this client select up to ${found} values for each event; the limit is ${limit}. Select fewer fields, and use the same selection in several subscriptions. The operator can change the limit with MAX_SUBSCRIPTION_COMPLEXITY_PER_TOKEN`,
    {
      extensions: {
        code: 'QUERY_TOO_COMPLEX' satisfies ResponseErrorCode,
        limit,
        found,
        setting: 'MAX_SUBSCRIPTION_COMPLEXITY_PER_TOKEN',
        http: { status: 400 },
      },
    },
  );
}
