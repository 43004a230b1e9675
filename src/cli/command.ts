import type { Client } from '../client/client.ts';
import type { Output } from './output/output.ts';
import type { Stopping } from './stopping.ts';

/** The client, the output and the default values for a command. */
export interface Tools {
  /** Sends GraphQL documents to a server, or executes them on the database file. */
  client: Client;
  /** The URL of the server or the path of the database file, to show in messages. */
  place: string;
  output: Output;
  /** The default agent name and agent type, from environment variables. Options override them. */
  defaults: { agent: string | undefined; agentType: string | undefined };
  /** This signal is aborted when the process receives SIGINT, SIGTERM or SIGHUP. */
  signal: AbortSignal;
  /** For work that needs a clean-up if it is interrupted. */
  stopping: Stopping;
  now: () => Date;
}

export interface Needs {
  json?: boolean | undefined;
  /** Whether to create the database file if it does not exist. */
  mayMakeDatabase?: boolean;
}

/** Connects, calls `work` and closes the connection. Throws ExpectedError and the errors of the client. */
export type Run = (needs: Needs, work: (tools: Tools) => Promise<void>) => Promise<void>;
