import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './log-level.ts';

export type Log = Logger;
/** The part of a log that receives errors. */
export type ErrorLog = Pick<Log, 'error'>;

/** Creates a log that writes one JSON object per line to `destination`. Default: standard error. */
export function createLog(level: LogLevel, destination: DestinationStream = pino.destination(2)): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
