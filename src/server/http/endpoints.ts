import type { ServerContext } from './authentication.ts';
import { errorResponse } from './error-response.ts';

export interface EndpointRequest {
  request: Request;
  url: URL;
  serverContext: ServerContext;
  ResponseType: typeof Response;
}

/** Answers the GET and HEAD requests for one path. */
export type Endpoint = (request: EndpointRequest) => Response | Promise<Response>;

/** Serves all paths except the GraphQL path, for GET and HEAD. */
export async function answerEndpoint(
  path: string,
  { request, serverContext, ResponseType }: Omit<EndpointRequest, 'url'>,
  { graphqlPath, endpoints }: { graphqlPath: string; endpoints: ReadonlyMap<string, Endpoint> },
): Promise<Response> {
  if (path === '/') return new ResponseType(null, { status: 302, headers: { location: graphqlPath } });
  const endpoint = endpoints.get(path);
  if (endpoint === undefined) {
    const message = `There is nothing at ${path}. Use ${graphqlPath} for GraphQL`;
    return errorResponse(ResponseType, 404, 'NOT_FOUND', message);
  }
  return (
    methodNotAllowed(request, path, ResponseType) ??
    endpoint({ request, url: new URL(request.url), serverContext, ResponseType })
  );
}

/** Returns undefined for GET and HEAD, and a response with status 405 for other methods. */
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
