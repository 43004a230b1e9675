import type { GraphQLSchema } from 'graphql';
import { z } from 'zod';

const withRule = z.object({ pothosOptions: z.object({ authScopes: z.object({ atLeast: z.string() }) }) });

/**
 * Fails for a field of Query, Mutation or Subscription that does not say who may ask for it: such a field would be
 * open to everybody.
 */
export function checkRules(schema: GraphQLSchema): void {
  const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const open = types.flatMap((type) =>
    Object.values(type?.getFields() ?? {})
      .filter(({ extensions }) => !withRule.safeParse(extensions).success)
      .map(({ name }) => `${type?.name}.${name}`),
  );
  if (open.length > 0)
    throw new Error(
      `Who may ask for ${open.join(', ')}? Say so with authScopes: { atLeast: … } on the field`,
    );
}
