import type { Client } from '../client/client.ts';
import type { Output } from './output/output.ts';

/** The connection, output and defaults of a command. */
export interface Tools {
  /** Sends documents to a server, or executes them on the database file. */
  client: Client;
  /** The URL of the server or the path of the file, for messages. */
  place: string;
  output: Output;
  /** The agent and its type from the environment, for commands without --agent and --agent-type. */
  defaults: { agent: string | undefined; agentType: string | undefined };
  /** Aborted by SIGINT or SIGTERM. */
  signal: AbortSignal;
  now: () => Date;
}

export interface Needs {
  json?: boolean | undefined;
  /** Whether to create the database file if it does not exist. */
  mayMakeDatabase?: boolean;
}

/** Connects, calls `work`, and closes the connection. Throws ExpectedError and the errors of the client. */
export type Run = (needs: Needs, work: (tools: Tools) => Promise<void>) => Promise<void>;
