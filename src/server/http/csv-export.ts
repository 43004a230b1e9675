import { finished, pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { GraphQLError } from 'graphql';
import { csvFile } from '../../domain/export/csv-file.ts';
import { ExportParametersError, readExportParameters } from '../../domain/export/parameters.ts';
import type { CsvPage, CsvText } from '../../domain/export/session-rows.ts';
import type { ErrorMask } from '../../graphql/mask-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { csvFileName } from '../../shared/csv-file-name.ts';
import type { Log } from '../../shared/log.ts';
import type { Authentication } from '../auth/authentication.ts';
import { requestIdOf, withRequestId } from '../operations/request-id.ts';
import { principalIn } from './authentication.ts';
import { wantsGzip } from './content-negotiation.ts';
import type { Endpoint } from './endpoints.ts';
import { errorResponse, graphqlErrorResponse } from './error-response.ts';

export const exportPath = '/export/sessions.csv';

export interface CsvExportOptions {
  /** Reads one page of the file. */
  pageOf(page: CsvPage): Promise<CsvText>;
  authentication: Pick<Authentication, 'watchToken'>;
  clock: Clock;
  log: Log;
  maskError: ErrorMask;
}

/**
 * Serves the filtered sessions as a CSV file. Each page is read when the client has received the one before, so neither
 * a large file nor a slow reader takes memory.
 *
 * An error before the first page is answered as JSON. A later error, or the end of the token, disconnects the client:
 * a response that ended normally would pass for a complete file.
 */
export function csvExportEndpoint(options: CsvExportOptions): Endpoint {
  return ({ request, url, serverContext, ResponseType }) => {
    const requestId = requestIdOf(serverContext);
    const { res } = serverContext;
    const abort = (error: unknown) => {
      // The client has disconnected.
      if (res?.socket?.destroyed === true) return;
      options.log.error({ err: error, requestId }, 'an export was aborted by an error');
      // Without a connection, which is possible in tests, the reader of the body gets the error.
      if (res === undefined) throw error;
      // Destroying the response closes the connection. An error of the body stream would not close it.
      res.destroy();
    };
    if (res !== undefined) {
      const stopWatching = options.authentication.watchToken(principalIn(serverContext), () => {
        options.log.info(
          { requestId },
          'an export was aborted: its token has expired, or was revoked or changed',
        );
        res.destroy();
      });
      finished(res, stopWatching);
    }
    const search = new URLSearchParams(url.search);
    return withRequestId(() => exportResponse(request, search, abort, ResponseType, options), requestId);
  };
}

async function exportResponse(
  request: Request,
  search: URLSearchParams,
  abort: (error: unknown) => void,
  ResponseType: typeof Response,
  { pageOf, clock, maskError }: CsvExportOptions,
): Promise<Response> {
  const isCompressed = wantsGzip(request.headers.get('accept-encoding'));
  const success = {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${csvFileName(clock.now())}"`,
      'cache-control': 'no-store',
      vary: 'accept-encoding',
      ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
    },
  };
  try {
    const { filter, withByteOrderMark } = readExportParameters(search);
    if (request.method === 'HEAD') return new ResponseType(null, success);
    const file = Readable.from(await csvFile({ filter, withByteOrderMark, pageOf }), { highWaterMark: 0 });
    return new ResponseType(pullStream(isCompressed ? compressed(file) : file, abort), success);
  } catch (error) {
    if (error instanceof ExportParametersError)
      return errorResponse(ResponseType, 400, 'BAD_USER_INPUT', ...error.problems);
    const originalError = error instanceof Error ? error : new Error(String(error));
    return graphqlErrorResponse(ResponseType, maskError(new GraphQLError('', { originalError })));
  }
}

type Bytes = CsvText['lines'];

/**
 * Compresses with a Node stream. CompressionStream has no back pressure: it reads its input even if its output is not
 * read.
 */
function compressed(file: Readable): Readable {
  // `pipeline` passes errors of the file to the compressed stream. The reader of that stream handles them.
  return pipeline(file, createGzip(), () => {});
}

/** A web stream that reads from `body` only on demand. */
function pullStream(body: Readable, abort: (error: unknown) => void): ReadableStream<Bytes> {
  const parts: AsyncIterator<Bytes> = body.iterator();
  let isCancelled = false;
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          const part = await parts.next();
          if (isCancelled) return;
          if (part.done === true) controller.close();
          else controller.enqueue(part.value);
        } catch (error) {
          if (!isCancelled) abort(error);
        }
      },
      cancel() {
        isCancelled = true;
        body.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
