import type { GraphiQLOptions } from 'graphql-yoga';
import { frontEnd } from './graphiql-examples/front-end.ts';
import { orchestrator } from './graphiql-examples/orchestrator.ts';
import { projectManager } from './graphiql-examples/project-manager.ts';

/** With authentication, the page opens with a header for the token. The browser does not store the token. */
export function graphiqlOptions({ requiresToken }: { requiresToken: boolean }): GraphiQLOptions {
  const headers = requiresToken ? '{ "Authorization": "Bearer " }' : undefined;
  return {
    title: 'Shark Sessions',
    // Over a WebSocket, GraphiQL does not send the headers of the editor.
    subscriptionsProtocol: 'SSE',
    defaultTabs: [orchestrator, projectManager, frontEnd].map((query) => ({ query, headers })),
    defaultHeaders: headers,
    shouldPersistHeaders: false,
  };
}
