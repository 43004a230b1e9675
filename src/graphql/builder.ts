import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { hasRole, type Role } from '../domain/principal.ts';
import type PrismaTypes from './generated/pothos-types.ts';
import { getDatamodel } from './generated/pothos-types.ts';
import type { Context } from './context.ts';
import { roleMissing } from './errors.ts';
import { decodeGlobalId, encodeGlobalId } from './global-id.ts';
import { largestPage, usualPage } from './pagination/page.ts';

export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  /** Who may ask for a field: every field of Query, Mutation and Subscription says so. */
  AuthScopes: { atLeast: Role };
  Scalars: {
    ID: { Input: string; Output: string | number };
    DateTime: { Input: Date; Output: Date };
    Duration: { Input: number; Output: number };
  };
}>({
  plugins: [ScopeAuthPlugin, ErrorsPlugin, RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authScopes: ({ principal }) => ({ atLeast: (role) => hasRole(principal, role) }),
    authorizeOnSubscribe: true,
    unauthorizedError: (_parent, { principal }, { fieldName }) => roleMissing(principal, fieldName),
  },
  errors: { directResult: true },
  relay: {
    encodeGlobalID: encodeGlobalId,
    decodeGlobalID: decodeGlobalId,
    idFieldOptions: { description: 'Names the thing among all others.' },
    nodesOnConnection: { description: 'The items of this page, without the wrapping of `edges`.' },
    nodeTypeOptions: { description: 'Anything that can be fetched again by its id alone.' },
    // Written out in types/node.ts, where its argument can be described.
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    pageInfoTypeOptions: { description: 'Where a page stands in its list, and whether there is more.' },
    pageInfoFieldOptions: { description: 'Where this page stands in the list, and whether there is more.' },
    hasNextPageFieldOptions: { description: 'Whether more items follow behind this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there are items before this page.' },
    startCursorFieldOptions: {
      description: 'The place of the first item of the page; null when it is empty.',
    },
    endCursorFieldOptions: {
      description:
        'The place of the last item of the page: pass it as `after` to get the next one. Null when the page is empty.',
    },
    edgesFieldOptions: { description: 'The items of this page, each with its place in the list.' },
    nodeFieldOptions: { description: 'The item itself.' },
    cursorFieldOptions: { description: 'The place of the item in the list.' },
    firstArgOptions: {
      description:
        'How many items to return at most, from the start: 0 to 500, or less where the server allows less; 50 unless given.',
    },
    lastArgOptions: {
      description:
        'How many items to return at most, from the end: 0 to 500, or less where the server allows less.',
    },
    beforeArgOptions: { description: 'Only items before this place: a `startCursor` of an earlier answer.' },
    afterArgOptions: { description: 'Only items behind this place: an `endCursor` of an earlier answer.' },
  },
  prisma: {
    client: (context) => context.read,
    dmmf: getDatamodel(),
    maxConnectionSize: largestPage,
    defaultConnectionSize: usualPage,
    onUnusedQuery: null,
  },
});

builder.queryType({ description: 'Everything that can be asked.' });
builder.mutationType({
  description:
    'Everything that changes something. Each mutation is one transaction and answers either with its payload or with an error that says what to do next. Where tokens are asked for, a viewer may call none of these, an agent may claim for itself, give heartbeats, and finish, reject and block its own work, and an orchestrator may call all.',
});
builder.subscriptionType({ description: 'Everything that can be watched as it happens.' });
