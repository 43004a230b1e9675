import type { Client } from '../../client/client.ts';
import type { Clock } from '../../shared/clock.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Whoever answers a command. */
export interface Connection {
  client: Client;
  /** Where that is, for people. */
  place: string;
  close(): Promise<void>;
}

export interface ConnectOptions {
  environment: Environment;
  clock: Clock;
  /** The database may be made if there is none yet. */
  mayMakeDatabase: boolean;
  /** Takes what the user has to know beside the answer. */
  notice: (line: string) => void;
}
