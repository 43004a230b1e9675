import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

/**
 * Reads the body of each POST request as JSON. Yoga's own reader compares media types with upper and lower case, and
 * sends invalid JSON back to the client. Put this plugin after the one that rejects other media types.
 */
export function useJsonBody(): Plugin {
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method === 'POST') setRequestParser(readJson);
    },
  };
}

async function readJson(request: Request): Promise<GraphQLParams | GraphQLParams[]> {
  const text = await request.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw badRequest(text === '' ? 'is empty' : `is not JSON: it starts with '${text.slice(0, 20)}'`);
  }
  if (isObject(json)) return json;
  throw badRequest(`is expected to be an object, but it is ${json === null ? 'null' : `a ${typeof json}`}`);
}

/** Whether the body is an object or a list. Yoga checks what is in it. */
function isObject(json: unknown): json is GraphQLParams | GraphQLParams[] {
  return typeof json === 'object' && json !== null;
}

function badRequest(problem: string): GraphQLError {
  return new GraphQLError(`The request body ${problem}. Send an object like {"query":"{ __typename }"}`, {
    extensions: { code: 'BAD_REQUEST' satisfies ResponseErrorCode, http: { status: 400 } },
  });
}
