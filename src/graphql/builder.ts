import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { hasRole, type Role } from '../domain/principal.ts';
import type { Context } from './context.ts';
import { forbidden } from './errors.ts';
import { decodeGlobalId, encodeGlobalId } from './global-id.ts';
import RelativeTimesPlugin from './relative-times.ts';
import SelectedFieldsPlugin from './selected-fields.ts';

export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  /**
   * The lowest role that may use a field. `assertAuthScopes` checks that each query, mutation and subscription has one.
   */
  AuthScopes: { atLeast: Role };
  Scalars: {
    ID: { Input: string; Output: string | number };
    /** An output of type string is a time in UTC with `Z`, or a time as `task_sessions` stores it. */
    DateTime: { Input: Date; Output: Date | string };
    Duration: { Input: number; Output: number };
  };
}>({
  // Pothos asks the last plugin first, so that the other plugins see only the selected fields.
  plugins: [ScopeAuthPlugin, ErrorsPlugin, RelayPlugin, RelativeTimesPlugin, SelectedFieldsPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authScopes: ({ principal }) => ({ atLeast: (role) => hasRole(principal, role) }),
    authorizeOnSubscribe: true,
    unauthorizedError: (_parent, { principal }, { fieldName }) => forbidden(principal, fieldName),
  },
  currentTime: ({ clock }) => clock.now(),
  errors: { directResult: true },
  relay: {
    encodeGlobalID: encodeGlobalId,
    decodeGlobalID: decodeGlobalId,
    idFieldOptions: { description: 'The globally unique ID of this object.' },
    nodesOnConnection: { description: 'The items on this page, without their cursors.' },
    nodeTypeOptions: {
      description: 'An object with a globally unique ID. The query `node` finds the object by this ID.',
    },
    // The query `node` is declared in types/node.ts, because its argument needs a description.
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    pageInfoTypeOptions: {
      description: 'Where a page starts and ends, and whether there are more pages.',
    },
    pageInfoFieldOptions: {
      description: 'Where this page starts and ends, and whether there are more pages.',
    },
    hasNextPageFieldOptions: { description: 'Whether there are items after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there are items before this page.' },
    startCursorFieldOptions: {
      description:
        'The cursor of the first item. Pass it as `before` to get the previous page. Null if the page is empty.',
    },
    endCursorFieldOptions: {
      description:
        'The cursor of the last item. Pass it as `after` to get the next page. Null if the page is empty.',
    },
    edgesFieldOptions: { description: 'The items on this page, each with its cursor.' },
    nodeFieldOptions: { description: 'The item.' },
    cursorFieldOptions: {
      description:
        'The position of the item in the list. Pass it as `after` to get later items, or as `before` to get earlier items.',
    },
    firstArgOptions: {
      description:
        'The maximum number of items from the start of the list: 0 to 500. The server can set a lower maximum. Default: 50. Do not pass `last` or `before` too.',
    },
    lastArgOptions: {
      description:
        'The maximum number of items from the end of the list: 0 to 500. The server can set a lower maximum. Do not pass `first` or `after` too.',
    },
    beforeArgOptions: {
      description:
        'Only items before this cursor, for example the `startCursor` of this page. Do not pass `first` or `after` too.',
    },
    afterArgOptions: {
      description:
        'Only items after this cursor, for example the `endCursor` of this page. Do not pass `last` or `before` too.',
    },
  },
});

builder.queryType({
  description: 'Queries read tasks, sessions, the workflow and analytics. They change nothing.',
});
builder.mutationType({
  description:
    'Each mutation runs in one database transaction. It returns its payload or a type that implements `Error`. After an error, nothing has changed. If the server requires tokens, each mutation needs the role that its description names. The role `viewer` can call no mutation, and `orchestrator` can call all. A token with the role `agent` works only for the agents that it names.',
});
builder.subscriptionType({
  description:
    'Subscriptions send events as they happen, over WebSocket (protocol `graphql-transport-ws`) or as server-sent events.',
});
