import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './log-level.ts';

export type Log = Logger;
/** The part of a log that receives errors. */
export type ErrorLog = Pick<Log, 'error'>;

const standardError = 2;

/** If nothing reads the log, this many bytes wait in memory. Further lines are lost, so that the program keeps working. */
const maxWaitingBytes = 1_024 * 1_024;

/**
 * Creates a log that writes one JSON object per line to a file descriptor or a stream. Default: standard error. If the
 * reader of a file descriptor is too slow and lines are lost, a later line says how many.
 */
export function createLog(level: LogLevel, destination: number | DestinationStream = standardError): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (typeof destination !== 'number') return pino(options, destination);
  const stream = pino.destination({ dest: destination, maxLength: maxWaitingBytes });
  const log = pino(options, stream);
  let lostLines = 0;
  stream.on('drop', () => {
    lostLines += 1;
  });
  stream.on('drain', () => {
    if (lostLines === 0) return;
    log.warn({ lostLines }, 'log lines were lost, because the reader of the log was too slow');
    lostLines = 0;
  });
  return log;
}
