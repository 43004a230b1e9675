import { type DestinationStream, type Logger, pino } from 'pino';

/** The log levels. `trace` writes the most, and `silent` writes nothing. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
export type Log = Logger;

/** Creates a log that writes one JSON object per line to `destination`. Default: standard error. */
export function createLog(level: LogLevel, destination: DestinationStream = pino.destination(2)): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
