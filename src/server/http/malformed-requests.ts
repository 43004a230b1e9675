import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

interface Problem {
  status: number;
  code: ResponseErrorCode;
  message: string;
}

const notHttp: Problem = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'The request is not valid HTTP/1.1. Send it with an HTTP client',
};

/** The problems by the code of Node's HTTP parser. */
const problems: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'BAD_REQUEST',
    message:
      'The URL and the headers of the request are longer than 16 KB. Send long queries in the body of a POST',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
    message: 'The extensions of a chunk are too long. Send the body without chunk extensions',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'TIMEOUT',
    message: 'The request did not arrive in time. Send it again',
  },
};

const unknownExpectation: Problem = {
  status: 417,
  code: 'BAD_REQUEST',
  message:
    'The server supports only the value 100-continue of the header Expect. Send the request without this header',
};

/** Answers requests that Node's HTTP server rejects itself. Node would send a status without an error message. */
export function answerMalformedRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, connection) => {
    // Do not write into a response that is being sent on this connection.
    if (!connection.writable || isAnswering(connection) || error.code === 'ECONNRESET') connection.destroy();
    else connection.end(responseText(problems[error.code ?? ''] ?? notHttp), () => connection.destroy());
  });
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    const { status } = unknownExpectation;
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
    response.end(bodyText(unknownExpectation));
  });
}

/** Whether Node's HTTP server has a response for this connection, which is not complete yet. */
function isAnswering(connection: Duplex): boolean {
  return '_httpMessage' in connection && Boolean(connection._httpMessage);
}

function responseText(problem: Problem): string {
  const body = bodyText(problem);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

function bodyText({ message, code }: Problem): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}
