import { GraphQLError } from 'graphql';
import { createLRUCache, type Plugin } from 'graphql-yoga';
import { accepts } from './content-negotiation.ts';
import { errorResponse } from './error-response.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

const responseTypes = [
  'application/graphql-response+json',
  'application/json',
  'text/event-stream',
  'multipart/mixed',
] as const;

/**
 * Rejects invalid GraphQL requests and explains the problem. Accepts only JSON, because other sites can send HTML forms
 * with the user's cookies (CSRF).
 */
export function useRequestValidation(): Plugin {
  return {
    onRequestParse({ request, url, endResponse, fetchAPI }) {
      const problem =
        contentTypeProblem(request) ??
        acceptProblem(request) ??
        (request.method === 'GET' ? queryParameterProblem(url) : undefined);
      if (problem !== undefined)
        endResponse(errorResponse(fetchAPI.Response, problem.status, problem.code, problem.message));
      else removeCharset(request.headers);
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      // `request` is undefined for a subscription on a WebSocket.
      const request: Request | undefined = args.contextValue.request;
      if (request === undefined || accepts(request.headers.get('accept'), ['text/event-stream'])) return;
      const message =
        'The server answers subscriptions with an event stream. Accept text/event-stream, or use a WebSocket';
      const extensions = { code: 'NOT_ACCEPTABLE' satisfies ResponseErrorCode, http: { status: 406 } };
      setResultAndStopExecution({ errors: [new GraphQLError(message, { extensions })] });
    },
  };
}

/** Removes the parameter `charset` from Accept. Yoga would skip types with another one, but JSON is always UTF-8. */
function removeCharset(headers: Headers): void {
  const accept = headers.get('accept');
  if (accept !== null && /charset/i.test(accept))
    headers.set('accept', accept.replaceAll(/;\s*charset\s*=[^;,]*/gi, ''));
}

interface Problem {
  status: number;
  code: ResponseErrorCode;
  message: string;
}

function contentTypeProblem(request: Request): Problem | undefined {
  if (request.method !== 'POST') return undefined;
  const contentType = request.headers.get('content-type');
  if (contentType !== null && /^application\/(graphql\+)?json\s*(;|$)/i.test(contentType)) return undefined;
  return {
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: `The content type of the request is ${contentType === null ? 'missing' : `'${contentType.slice(0, 100)}'`}. Send application/json`,
  };
}

/**
 * Whether the server can answer with a type that a header Accept accepts. Clients send few different headers. Without a
 * time limit, because it would read the clock for each request.
 */
const accepted = createLRUCache<boolean>({ max: 100, ttl: 0 });

function isAccepted(accept: string | null): boolean {
  const key = accept ?? '';
  const found = accepted.get(key) ?? accepts(accept, responseTypes);
  // Long headers are rare, and would fill the cache with text.
  if (key.length <= 200) accepted.set(key, found);
  return found;
}

function acceptProblem(request: Request): Problem | undefined {
  const accept = request.headers.get('accept');
  if (isAccepted(accept)) return undefined;
  return {
    status: 406,
    code: 'NOT_ACCEPTABLE',
    message: `The response cannot have a type that '${accept?.slice(0, 100)}' accepts. Accept ${responseTypes.join(', ')}`,
  };
}

function queryParameterProblem(url: URL): Problem | undefined {
  for (const name of ['variables', 'extensions']) {
    const text = url.searchParams.get(name);
    if (text === null || text === '' || isJson(text)) continue;
    return {
      status: 400,
      code: 'BAD_REQUEST',
      message: `The query parameter ${name} is '${text.slice(0, 100)}', which is not JSON. Send an object like {"key":"T-E07-F20-001"}, URL-encoded`,
    };
  }
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
