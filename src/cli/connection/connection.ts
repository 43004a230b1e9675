import type { Client } from '../../client/client.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Environment } from '../../shared/settings.ts';

/** A connection to a server or to a database file. */
export interface Connection {
  client: Client;
  /** The URL of the server or the path of the database file, to show in messages. */
  place: string;
  close(): Promise<void>;
}

export interface ConnectOptions {
  environment: Environment;
  clock: Clock;
  /** Whether to create the database file if it does not exist. */
  mayMakeDatabase: boolean;
  /** Prints a line to standard error. */
  notice: (line: string) => void;
}
