import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { accepts } from './content-negotiation.ts';

/** The ways in which an answer can be written. */
const answerTypes = [
  'application/graphql-response+json',
  'application/json',
  'text/event-stream',
  'multipart/mixed',
] as const;

/**
 * Refuses, in words, requests that cannot be answered, before anything of them is executed. Goes behind every plugin
 * that serves a path of its own.
 *
 * Only JSON is accepted: the forms that Yoga would read too are what pages of other sites can make a browser send.
 */
export function useRequestValidation(endpoint: string): Plugin {
  return {
    onRequest({ url, endResponse, fetchAPI }) {
      if (url.pathname === endpoint || url.pathname === `${endpoint}/`) return;
      const message = `There is nothing at ${url.pathname}. GraphQL is at ${endpoint}`;
      endResponse(refusal(fetchAPI.Response, 404, 'NOT_FOUND', message));
    },
    onRequestParse({ request, url, endResponse, fetchAPI }) {
      const found =
        contentTypeProblem(request) ??
        acceptProblem(request) ??
        (request.method === 'GET' ? addressProblem(url) : undefined);
      if (found !== undefined)
        endResponse(refusal(fetchAPI.Response, found.status, found.code, found.message));
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      // On a socket there is no request.
      const request: Request | undefined = args.contextValue.request;
      if (request === undefined || accepts(request.headers.get('accept'), ['text/event-stream'])) return;
      const message =
        'A subscription is answered with a stream of events. Accept text/event-stream, or use a WebSocket';
      const extensions = { code: 'NOT_ACCEPTABLE', http: { status: 406 } };
      setResultAndStopExecution({ errors: [new GraphQLError(message, { extensions })] });
    },
  };
}

/** The body of an answer that no GraphQL was executed for. */
export function refusal(
  ResponseType: typeof Response,
  status: number,
  code: string,
  ...messages: readonly string[]
): Response {
  const errors = messages.map((message) => ({ message, extensions: { code } }));
  return ResponseType.json({ errors }, { status });
}

/** Refuses to do anything but read what is at a path. */
export function methodNotAllowed(
  { method }: Request,
  path: string,
  ResponseType: typeof Response,
): Response | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  const message = `${method} is not possible here. ${path} can be read with GET`;
  const refused = refusal(ResponseType, 405, 'METHOD_NOT_ALLOWED', message);
  refused.headers.set('allow', 'GET, HEAD');
  return refused;
}

interface Problem {
  status: number;
  code: string;
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

function acceptProblem(request: Request): Problem | undefined {
  const accept = request.headers.get('accept');
  if (accepts(accept, answerTypes)) return undefined;
  return {
    status: 406,
    code: 'NOT_ACCEPTABLE',
    message: `No answer can be written as '${accept?.slice(0, 100)}'. Accept ${answerTypes.join(', ')}`,
  };
}

function addressProblem(url: URL): Problem | undefined {
  for (const name of ['variables', 'extensions']) {
    const text = url.searchParams.get(name);
    if (text === null || text === '' || isJson(text)) continue;
    return {
      status: 400,
      code: 'BAD_REQUEST',
      message: `${name} in the address is '${text.slice(0, 100)}', which is not JSON. Write an object like {"key":"T-E07-F20-001"}, encoded for an address`,
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
