import type { Plugin } from 'graphql-yoga';
import type { ServerContext } from './authentication.ts';
import { errorResponse } from './error-response.ts';

export interface EndpointRequest {
  request: Request;
  url: URL;
  serverContext: ServerContext;
  ResponseType: typeof Response;
}

/** Answers GET and HEAD requests for one path. */
export type Endpoint = (request: EndpointRequest) => Response | Promise<Response>;

/**
 * Serves all paths other than GraphQL: redirects `/` to GraphQL, and answers 404 for unknown paths. The endpoints are
 * read-only. This plugin must come after authentication.
 */
export function useEndpoints(
  graphqlPath: string,
  endpoints: ReadonlyMap<string, Endpoint>,
): Plugin<object, ServerContext> {
  return {
    async onRequest({ request, url, serverContext, endResponse, fetchAPI }) {
      const { pathname: path } = url;
      if (path === graphqlPath || path === `${graphqlPath}/`) return;
      const ResponseType = fetchAPI.Response;
      const endpoint = endpoints.get(path);
      if (path === '/')
        endResponse(new ResponseType(null, { status: 302, headers: { location: graphqlPath } }));
      else if (endpoint === undefined) {
        const message = `There is nothing at ${path}. Use ${graphqlPath} for GraphQL`;
        endResponse(errorResponse(ResponseType, 404, 'NOT_FOUND', message));
      } else
        endResponse(
          methodNotAllowed(request, path, ResponseType) ??
            (await endpoint({ request, url, serverContext, ResponseType })),
        );
    },
  };
}

/** The 405 response for methods other than GET and HEAD; undefined for these two. */
function methodNotAllowed(
  { method }: Request,
  path: string,
  ResponseType: typeof Response,
): Response | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  const message = `${method} is not allowed for ${path}. Use GET`;
  const response = errorResponse(ResponseType, 405, 'METHOD_NOT_ALLOWED', message);
  response.headers.set('allow', 'GET, HEAD');
  return response;
}
