import { finished, pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { GraphQLError } from 'graphql';
import { csvFile } from '../../domain/export/csv-file.ts';
import { ExportParametersError, readExportParameters } from '../../domain/export/parameters.ts';
import type { CsvPage, CsvText } from '../../domain/export/session-rows.ts';
import type { FilterNames } from '../../domain/filter-names.ts';
import type { ErrorMask } from '../../graphql/mask-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { csvFileName } from '../../shared/csv-file-name.ts';
import type { Log } from '../../shared/log.ts';
import type { Authentication } from '../auth/authentication.ts';
import { principalIn } from './authentication.ts';
import { wantsGzip } from './content-negotiation.ts';
import type { Endpoint } from './endpoints.ts';
import { errorResponse, graphqlErrorResponse } from './error-response.ts';

export const exportPath = '/export/sessions.csv';

export interface CsvExportOptions {
  /** Throws an OperationError if a name in the filter does not exist. */
  checkNames(filter: FilterNames): Promise<unknown>;
  /** Reads one page of the CSV file. */
  pageOf(page: CsvPage): Promise<CsvText>;
  authentication: Pick<Authentication, 'watchToken'>;
  clock: Clock;
  log: Log;
  maskError: ErrorMask;
}

/**
 * Sends the filtered sessions as a CSV file, page by page. If the first page fails, the answer is JSON. A later error
 * closes the connection, so that an incomplete file does not look complete.
 */
export function csvExportEndpoint(options: CsvExportOptions): Endpoint {
  return ({ request, url, serverContext, ResponseType }) => {
    const { res, requestId } = serverContext;
    const abort = (error: unknown) => {
      // The client has disconnected.
      if (res?.socket?.destroyed === true) return;
      options.log.error({ err: error, requestId }, 'a CSV export was aborted by an error');
      // Tests have no response that could be destroyed, so they get the error when they read the body.
      if (res === undefined) throw error;
      // Destroy the response to close the connection. An error of the body stream would not close it.
      res.destroy();
    };
    if (res !== undefined) {
      const stopWatching = options.authentication.watchToken(principalIn(serverContext), () => {
        options.log.info(
          { requestId },
          'a CSV export was aborted: the token of its client has expired, was revoked or was changed',
        );
        res.destroy();
      });
      finished(res, stopWatching);
    }
    const search = new URLSearchParams(url.search);
    return exportResponse(request, search, { abort, requestId }, ResponseType, options);
  };
}

async function exportResponse(
  request: Request,
  search: URLSearchParams,
  { abort, requestId }: { abort: (error: unknown) => void; requestId: string },
  ResponseType: typeof Response,
  { checkNames, pageOf, clock, maskError }: CsvExportOptions,
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
    const { filter, withByteOrderMark } = readExportParameters(search, clock.now());
    await checkNames(filter);
    if (request.method === 'HEAD') return new ResponseType(null, success);
    const file = Readable.from(await csvFile({ filter, withByteOrderMark, pageOf }), { highWaterMark: 0 });
    return new ResponseType(pullStream(isCompressed ? compressed(file) : file, abort), success);
  } catch (error) {
    if (error instanceof ExportParametersError)
      return errorResponse(ResponseType, 400, 'BAD_USER_INPUT', ...error.problems);
    const originalError = error instanceof Error ? error : new Error(String(error));
    return graphqlErrorResponse(ResponseType, maskError(new GraphQLError('', { originalError }), requestId));
  }
}

type Bytes = CsvText['lines'];

/** Compresses the file with a Node.js stream, because the web standard CompressionStream has no back pressure. */
function compressed(file: Readable): Readable {
  // `pipeline` passes an error of `file` to the compressed stream, so the caller gets the error.
  return pipeline(file, createGzip(), () => {});
}

/** Creates a web stream that reads from `body` only when the client needs more data. */
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
