import { Agent, request } from 'node:http';
import { type Attacker, codeIn } from './attack.ts';

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

export interface Operation {
  query: string;
  /** As JSON. */
  variables?: string;
  /** Default: the token of the viewer. */
  token?: string;
  /** Sends the operation in the URL. */
  asGet?: boolean;
}

/** Sends an operation and reads the whole answer. Returns whether the server executed the operation. */
export function ask(
  attacker: Attacker,
  { query, variables = '{}', token, asGet }: Operation,
): Promise<boolean> {
  const url = new URL(attacker.url);
  if (asGet === true) url.searchParams.set('query', query);
  return new Promise((resolve) => {
    const fail = (error: Error & { code?: string }) => {
      attacker.count(error.code ?? error.message);
      resolve(false);
    };
    const asked = request(
      url,
      {
        agent,
        method: asGet === true ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          ...(asGet === true ? {} : { 'content-type': 'application/json' }),
          authorization: `Bearer ${token ?? attacker.tokens.viewer}`,
        },
      },
      (response) => {
        // Only the beginning, because decoding a large answer would keep the attacker busy.
        let start: Buffer | undefined;
        response.on('data', (chunk: Buffer) => {
          start ??= chunk;
        });
        response.on('error', fail);
        response.on('end', () => {
          const code = codeIn(start?.toString() ?? '');
          attacker.count(code ?? `status ${response.statusCode}`);
          resolve(code === undefined);
        });
      },
    );
    asked.on('error', fail);
    asked.end(asGet === true ? undefined : `{"query":${JSON.stringify(query)},"variables":${variables}}`);
  });
}
