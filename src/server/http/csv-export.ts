import { finished, pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Authentication } from '../auth/authentication.ts';
import type { Clock } from '../../shared/clock.ts';
import { csvFileName } from '../../shared/csv-file-name.ts';
import { csvFile } from '../../domain/export/csv-file.ts';
import { ExportParametersError, readExportParameters } from '../../domain/export/parameters.ts';
import type { CsvPage, CsvText } from '../../domain/export/session-rows.ts';
import type { Log } from '../../shared/log.ts';
import { wantsGzip } from './content-negotiation.ts';
import { type ServerContext, principalIn } from './authentication.ts';
import { refusal, methodNotAllowed } from './request-validation.ts';
import { statusOf } from './error-status.ts';
import type { ErrorMask } from '../../graphql/mask-error.ts';
import { requestIdOf, withRequestId } from '../operations/request-id.ts';

export const exportPath = '/export/sessions.csv';

export interface CsvExportOptions {
  /** Reads a page of the file. */
  pageOf(page: CsvPage): Promise<CsvText>;
  authentication: Authentication;
  clock: Clock;
  log: Log;
  maskError: ErrorMask;
}

/**
 * Serves the sessions that a filter chooses as a file. A page of it is read when the client has taken what was read
 * before, so that neither the length of the file nor a client that stops reading costs the server anything.
 *
 * What goes wrong before the first page is there is told in words. What goes wrong later ends the connection: a file
 * that merely ends would be taken for the whole of it. So does the end of the token that it was asked for with.
 */
export function useCsvExport(options: CsvExportOptions): Plugin<object, ServerContext> {
  return {
    async onRequest({ request, url, serverContext, endResponse, fetchAPI }) {
      if (url.pathname !== exportPath) return;
      const requestId = requestIdOf(serverContext);
      const { res } = serverContext;
      const breakOff = (error: unknown) => {
        // Whoever is gone misses nothing.
        if (res?.socket?.destroyed === true) return;
        options.log.error({ err: error, requestId }, 'an export broke off');
        // A stream that fails would leave the connection open; without a connection, its reader has to learn of it.
        if (res === undefined) throw error;
        res.destroy();
      };
      if (res !== undefined) {
        const callOff = options.authentication.untilRevoked(principalIn(serverContext), () => {
          options.log.info(
            { requestId },
            'an export was broken off: its token has expired, or was revoked or changed',
          );
          res.destroy();
        });
        finished(res, callOff);
      }
      const search = new URLSearchParams(url.search);
      const answering = () => answer(request, search, breakOff, fetchAPI.Response, options);
      endResponse(await withRequestId(answering, requestId));
    },
  };
}

async function answer(
  request: Request,
  search: URLSearchParams,
  breakOff: (error: unknown) => void,
  ResponseType: typeof Response,
  { pageOf, clock, maskError }: CsvExportOptions,
): Promise<Response> {
  const refused = methodNotAllowed(request, exportPath, ResponseType);
  if (refused !== undefined) return refused;
  const isZipped = wantsGzip(request.headers.get('accept-encoding'));
  const success = {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${csvFileName(clock.now())}"`,
      'cache-control': 'no-store',
      vary: 'accept-encoding',
      ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
    },
  };
  try {
    const { filter, withByteOrderMark } = readExportParameters(search);
    if (request.method === 'HEAD') return new ResponseType(null, success);
    const file = Readable.from(await csvFile({ filter, withByteOrderMark, pageOf }), { highWaterMark: 0 });
    return new ResponseType(pullStream(isZipped ? zipped(file) : file, breakOff), success);
  } catch (error) {
    if (error instanceof ExportParametersError)
      return refusal(ResponseType, 400, 'BAD_USER_INPUT', ...error.problems);
    const originalError = error instanceof Error ? error : new Error(String(error));
    const masked = maskError(new GraphQLError('', { originalError }));
    const { message, extensions } = masked;
    return ResponseType.json({ errors: [{ message, extensions }] }, { status: statusOf(masked) });
  }
}

type Bytes = CsvText['lines'];

/** By a stream of Node's: its CompressionStream takes in whatever it gets, however little of it is read. */
function zipped(file: Readable): Readable {
  // What goes wrong in the file goes wrong in the stream as well, and is seen by whoever reads that.
  return pipeline(file, createGzip(), () => {});
}

/** Reads on when what was read has been taken, and nothing ahead. */
function pullStream(body: Readable, breakOff: (error: unknown) => void): ReadableStream<Bytes> {
  const parts: AsyncIterator<Bytes> = body.iterator();
  let isWanted = true;
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          const part = await parts.next();
          // The client may have gone away in the meantime.
          if (!isWanted) return;
          if (part.done === true) controller.close();
          else controller.enqueue(part.value);
        } catch (error) {
          if (isWanted) breakOff(error);
        }
      },
      cancel() {
        isWanted = false;
        body.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
