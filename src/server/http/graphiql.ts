import type { GraphiQLOptions } from 'graphql-yoga';
import type { HttpRequest } from './http-request.ts';

/** A page that browsers get instead of a GraphQL response. */
export interface PageForBrowsers {
  isRequested(request: HttpRequest): boolean;
  response(ResponseType: typeof Response): Promise<Response>;
}

/**
 * Creates the GraphiQL page. If tokens are required, the page shows a header for the token. The browser does not store
 * the token.
 */
export function createGraphiqlPage({ requiresToken }: { requiresToken: boolean }): PageForBrowsers {
  return {
    isRequested: ({ method, header }) => method === 'GET' && header('accept')?.includes('text/html') === true,
    async response(ResponseType) {
      // Import GraphiQL only when its page is requested, because the import takes 0.2 s and 50 MB of memory.
      const [{ renderGraphiQL }, { frontEnd }, { orchestrator }, { projectManager }] = await Promise.all([
        import('@graphql-yoga/render-graphiql'),
        import('./graphiql-examples/front-end.ts'),
        import('./graphiql-examples/orchestrator.ts'),
        import('./graphiql-examples/project-manager.ts'),
      ]);
      const headers = requiresToken ? '{ "Authorization": "Bearer " }' : undefined;
      const options: GraphiQLOptions = {
        title: 'Shark Sessions',
        // Use SSE (event streams) for subscriptions, because GraphiQL would not send the user's headers over a WebSocket.
        subscriptionsProtocol: 'SSE',
        defaultTabs: [orchestrator, projectManager, frontEnd].map((query) => ({ query, headers })),
        defaultHeaders: headers,
        shouldPersistHeaders: false,
      };
      return new ResponseType(renderGraphiQL(options), { headers: { 'content-type': 'text/html' } });
    },
  };
}
