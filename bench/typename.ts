import type { Client } from '../src/client/client.ts';
import { TypedDocumentString } from '../src/client/generated/graphql.ts';

const typenameDocument = new TypedDocumentString<{ __typename: string }, Record<string, never>>(
  'query Typename { __typename }',
);

/** The smallest request: HTTP and GraphQL, without a query of the database. */
export function sendTypename(client: Client): Promise<unknown> {
  return client.send(typenameDocument, {});
}
