import type { Client } from '../client/client.ts';
import type { Output } from './output/output.ts';

/** What a command works with. */
export interface Tools {
  /** Whoever answers: a server, or this process on the file. */
  client: Client;
  /** Where that is, for people. */
  place: string;
  output: Output;
  /** Who works, where a command does not say: from the environment. */
  defaults: { agent: string | undefined; agentType: string | undefined };
  /** Ended by the user. */
  signal: AbortSignal;
  now: () => Date;
}

export interface Needs {
  json?: boolean | undefined;
  /** The database may be made if there is none yet. */
  mayMakeDatabase?: boolean;
}

/** Runs what a command is for with the tools for it, and throws what keeps it from that. */
export type Run = (needs: Needs, work: (tools: Tools) => Promise<void>) => Promise<void>;
