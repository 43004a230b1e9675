import { GraphQLError } from 'graphql';
import type { ErrorMask } from '../../graphql/mask-error.ts';
import { requestIdFrom, requestIdHeader } from '../operations/request-id.ts';
import {
  authenticateRequest,
  type RequestAuthenticationOptions,
  type ServerContext,
} from './authentication.ts';
import { readLimitedBody } from './body-limit.ts';
import type { Cors } from './cors.ts';
import { rejectForeignHost } from './dns-rebinding.ts';
import { answerEndpoint, type Endpoint } from './endpoints.ts';
import { errorResponse, graphqlErrorResponse } from './error-response.ts';
import type { HttpRequest } from './http-request.ts';
import type { PageForBrowsers } from './graphiql.ts';
import { KnownResponse } from './known-response.ts';
import type { RequestMetrics } from './request-metrics.ts';

/** Answers a request. `connection` is empty for a request without a network connection. */
export type HttpHandler = (
  request: HttpRequest,
  connection: Pick<ServerContext, 'req' | 'res'>,
) => Promise<Response>;

export interface HttpHandlerOptions extends RequestAuthenticationOptions {
  graphqlPath: string;
  /** Answers a GraphQL request. Its client is authenticated, and its body is small enough. */
  graphql: (request: Request, context: ServerContext) => Response | Promise<Response>;
  /** The endpoints of all other paths. */
  endpoints: ReadonlyMap<string, Endpoint>;
  /** The paths that require authentication. */
  authenticatedPaths: readonly string[];
  /** The page that browsers get instead of a GraphQL response. */
  page: PageForBrowsers | undefined;
  cors: Cors | undefined;
  maxBodyBytes: number;
  metrics: RequestMetrics;
  maskError: ErrorMask;
}

const ResponseType = KnownResponse;

/** Creates the handler for all HTTP requests: one step after the other, each as early as possible. */
export function createHttpHandler(options: HttpHandlerOptions): HttpHandler {
  const { graphqlPath, graphql, endpoints, page, cors, maxBodyBytes, metrics, maskError } = options;
  const { isRequired } = options.authentication;
  const authenticatedPaths = new Set(options.authenticatedPaths.flatMap((path) => [path, `${path}/`]));

  const answer = async (request: HttpRequest, path: string, context: ServerContext): Promise<Response> => {
    const isGraphql = path === graphqlPath || path === `${graphqlPath}/`;
    const early =
      cors?.preflight(request, ResponseType) ??
      (isGraphql && page?.isRequested(request) === true ? await page.response(ResponseType) : undefined) ??
      (isRequired ? undefined : rejectForeignHost(request, ResponseType)) ??
      (authenticatedPaths.has(path)
        ? await authenticateRequest(request, context, ResponseType, options)
        : undefined);
    if (early !== undefined) return early;

    const read = await readLimitedBody(request, maxBodyBytes, ResponseType);
    if ('status' in read) {
      if (read.status === 413) options.onLimitExceeded('MAX_BODY_BYTES');
      return read;
    }
    const complete = request.withBody(read.body);
    return isGraphql
      ? graphql(complete, context)
      : answerEndpoint(
          path,
          { request: complete, serverContext: context, ResponseType },
          { graphqlPath, endpoints },
        );
  };

  return async (request, connection) => {
    const path = pathOf(request);
    const requestId = requestIdFrom(request.header(requestIdHeader));
    const startedMs = metrics.requestStarted();
    const context: ServerContext = { ...connection, requestId };
    let response: Response;
    try {
      response = await answer(request, path, context);
    } catch (error) {
      const originalError = error instanceof Error ? error : new Error(String(error));
      response = graphqlErrorResponse(
        ResponseType,
        maskError(new GraphQLError('', { originalError }), requestId),
      );
    }
    if (response.status >= 400 && response.body === null) response = withBody(response);
    cors?.addHeaders(request, response);
    response.headers.set(requestIdHeader, requestId);
    if (context.principal !== undefined)
      for (const [name, value] of Object.entries(options.rateLimit.headersFor(context.principal)))
        response.headers.set(name, value);
    metrics.requestAnswered({ request, path, requestId, status: response.status, startedMs });
    return response;
  };
}

/** Adds an error to a response of Yoga that has no body, so that every error is JSON. */
function withBody({ status, headers }: Response): Response {
  const { code, message } =
    status === 406
      ? ({
          code: 'NOT_ACCEPTABLE',
          message: 'The response cannot have a type that the header Accept accepts',
        } as const)
      : ({ code: 'BAD_REQUEST', message: `The request was rejected with the status ${status}` } as const);
  const response = errorResponse(ResponseType, status, code, message);
  const allow = headers.get('allow');
  if (allow !== null) response.headers.set('allow', allow);
  return response;
}

/** Paths that stay the same if they are parsed. */
const plainPath = /^(?:\/[\w-]*)+(?:\.\w+)?$/;

/** Returns the path of a request. Does not parse the URL of a usual request, because parsing is slow. */
function pathOf({ url }: HttpRequest): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const end = url.indexOf('?', start);
  const path = start < 0 ? '/' : url.slice(start, end < 0 ? undefined : end);
  return plainPath.test(path) ? path : new URL(url).pathname;
}
