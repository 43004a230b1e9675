import type { GraphiQLOptions } from 'graphql-yoga';
import { frontEnd } from './graphiql-examples/front-end.ts';
import { orchestrator } from './graphiql-examples/orchestrator.ts';
import { projectManager } from './graphiql-examples/project-manager.ts';

/** Where a token is asked for, the page shows the place where it goes; it is not kept in the browser. */
export function graphiqlOptions({ asksForToken }: { asksForToken: boolean }): GraphiQLOptions {
  const headers = asksForToken ? '{ "Authorization": "Bearer " }' : undefined;
  return {
    title: 'Shark Sessions',
    // On a socket, GraphiQL would not send the headers that are written into it.
    subscriptionsProtocol: 'SSE',
    defaultTabs: [orchestrator, projectManager, frontEnd].map((query) => ({ query, headers })),
    defaultHeaders: headers,
    shouldPersistHeaders: false,
  };
}
