import type { GraphQLSchema } from 'graphql';
import * as z from 'zod';

const fieldWithAuthScopes = z.object({
  pothosOptions: z.object({ authScopes: z.object({ atLeast: z.string() }) }),
});

/**
 * Throws if a field of Query, Mutation or Subscription has no `authScopes`, because every client could use such a
 * field.
 */
export function assertAuthScopes(schema: GraphQLSchema): void {
  const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const unprotected = types.flatMap((type) =>
    Object.values(type?.getFields() ?? {})
      .filter(({ extensions }) => !fieldWithAuthScopes.safeParse(extensions).success)
      .map(({ name }) => `${type?.name}.${name}`),
  );
  if (unprotected.length > 0)
    throw new Error(
      `No required role is set for ${unprotected.join(', ')}. Add authScopes: { atLeast: … } to each field`,
    );
}
