import type { GraphiQLOptions } from 'graphql-yoga';
import { frontEnd } from './graphiql-examples/front-end.ts';
import { orchestrator } from './graphiql-examples/orchestrator.ts';
import { projectManager } from './graphiql-examples/project-manager.ts';

/**
 * The options of the GraphiQL page. If tokens are required, the page shows a header for the token. The browser does not
 * store the token.
 */
export function graphiqlOptions({ requiresToken }: { requiresToken: boolean }): GraphiQLOptions {
  const headers = requiresToken ? '{ "Authorization": "Bearer " }' : undefined;
  return {
    title: 'Shark Sessions',
    // Use SSE (event streams) for subscriptions, because GraphiQL would not send the user's headers over a WebSocket.
    subscriptionsProtocol: 'SSE',
    defaultTabs: [orchestrator, projectManager, frontEnd].map((query) => ({ query, headers })),
    defaultHeaders: headers,
    shouldPersistHeaders: false,
  };
}
