/** What one client may take of the server, so that something is left for all others. Each is a setting. */
export interface Limits {
  /** Words and marks of one document. */
  readonly queryTokens: number;
  /** How many fields of a document may lie inside of each other. */
  readonly queryDepth: number;
  /** Fields of a document that are given another name. */
  readonly queryAliases: number;
  /** How many values an operation may ask for, where every page is as full as it was asked for. */
  readonly queryComplexity: number;
  /** How long a query may take, in milliseconds. */
  readonly queryTimeoutMs: number;
  /** Items of one page. */
  readonly pageSize: number;
  /** Size of the body of a request. */
  readonly bodyBytes: number;
  /** Size of a message on a socket. */
  readonly socketMessageBytes: number;
  /** Operations that are under way on one socket. */
  readonly operationsPerSocket: number;
  /** Open sockets that have shown the same token. */
  readonly socketsPerToken: number;
  /** Open sockets that come from the same address and have been let in. */
  readonly socketsPerAddress: number;
  /** Open sockets that have not said who they are; one more ends the one that has waited the longest. */
  readonly socketsWithoutInit: number;
  /** How long a socket may be open without saying who it is, in milliseconds. */
  readonly socketInitTimeoutMs: number;
  /** Requests with the same token, or from the same address where the token is none, and operations on sockets. */
  readonly requestsPerMinute: number;
}
