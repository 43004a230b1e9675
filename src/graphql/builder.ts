import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { hasRole, type Role } from '../domain/principal.ts';
import type PrismaTypes from './generated/pothos-types.ts';
import { getDatamodel } from './generated/pothos-types.ts';
import type { Context } from './context.ts';
import { forbidden } from './errors.ts';
import { decodeGlobalId, encodeGlobalId } from './global-id.ts';
import { maxPageSize, defaultPageSize } from './pagination/page.ts';

export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  /** The minimum role for a field. Every field of Query, Mutation and Subscription has one: see assertAuthScopes. */
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
    unauthorizedError: (_parent, { principal }, { fieldName }) => forbidden(principal, fieldName),
  },
  errors: { directResult: true },
  relay: {
    encodeGlobalID: encodeGlobalId,
    decodeGlobalID: decodeGlobalId,
    idFieldOptions: { description: 'The globally unique ID of this object.' },
    nodesOnConnection: { description: 'The items on this page, without their cursors.' },
    nodeTypeOptions: { description: 'An object with a globally unique ID. `node` looks it up by that ID.' },
    // Declared in types/node.ts, because a description of its argument is not possible here.
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    pageInfoTypeOptions: {
      description: 'The position of a page in its list, and whether there are more pages.',
    },
    pageInfoFieldOptions: {
      description: 'The position of this page in the list, and whether there are more pages.',
    },
    hasNextPageFieldOptions: { description: 'Whether there are items after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there are items before this page.' },
    startCursorFieldOptions: {
      description:
        'The cursor of the first item on this page. Pass it as `before` to get the previous page. Null if the page is empty.',
    },
    endCursorFieldOptions: {
      description:
        'The cursor of the last item on this page. Pass it as `after` to get the next page. Null if the page is empty.',
    },
    edgesFieldOptions: { description: 'The items on this page, each with its cursor.' },
    nodeFieldOptions: { description: 'The item.' },
    cursorFieldOptions: {
      description:
        'The position of the item in the list. Pass it as `after` or `before` to continue from here.',
    },
    firstArgOptions: {
      description:
        'The maximum number of items to return, from the start of the list: 0 to 500. The server can be configured with a lower maximum. Default: 50. Cannot be combined with `last` or `before`.',
    },
    lastArgOptions: {
      description:
        'The maximum number of items to return, from the end of the list: 0 to 500. The server can be configured with a lower maximum. Cannot be combined with `first` or `after`.',
    },
    beforeArgOptions: {
      description:
        'Return only the items before this cursor, for example the `startCursor` of the current page. Cannot be combined with `first` or `after`.',
    },
    afterArgOptions: {
      description:
        'Return only the items after this cursor, for example the `endCursor` of the current page. Cannot be combined with `last` or `before`.',
    },
  },
  prisma: {
    client: (context) => context.read,
    dmmf: getDatamodel(),
    maxConnectionSize: maxPageSize,
    defaultConnectionSize: defaultPageSize,
    onUnusedQuery: null,
  },
});

builder.queryType({
  description:
    'The query root. Queries read tasks, sessions, the workflow and analytics. They change nothing.',
});
builder.mutationType({
  description:
    'The mutation root. Each mutation runs in one database transaction. It returns either its payload or an error type that implements `Error`; after an error, nothing has changed. If the server requires tokens, the role of the token decides which mutations are allowed. A `viewer` can call none of them. An `agent` can claim tasks, send heartbeats, and finish, reject and block work, but only for the agents that its token names. An `orchestrator` can call all of them.',
});
builder.subscriptionType({
  description:
    'The subscription root. Subscriptions send events as they happen, over WebSocket (protocol `graphql-transport-ws`) or server-sent events.',
});
