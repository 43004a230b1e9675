/** Limits on the resources that one client can use. Each limit is a setting. */
export interface Limits {
  /** Maximum number of tokens in a document. */
  readonly queryTokens: number;
  /** Maximum nesting depth of fields in a document. */
  readonly queryDepth: number;
  /** Maximum number of aliases in an operation. */
  readonly queryAliases: number;
  /** Maximum number of values that an operation can select, if every page is full. */
  readonly queryComplexity: number;
  /** Maximum duration of a query, in milliseconds. */
  readonly queryTimeoutMs: number;
  /** Maximum number of items on a page. */
  readonly pageSize: number;
  /** Maximum size of a request body, in bytes. */
  readonly bodyBytes: number;
  /** Maximum size of a WebSocket message, in bytes. */
  readonly socketMessageBytes: number;
  /** Maximum number of concurrent operations on one WebSocket. */
  readonly operationsPerSocket: number;
  /** Maximum number of open WebSockets with the same token. */
  readonly socketsPerToken: number;
  /** Maximum number of open, authenticated WebSockets from the same address. */
  readonly socketsPerAddress: number;
  /** Maximum number of open WebSockets without connection_init. One more closes the oldest of them. */
  readonly socketsWithoutInit: number;
  /** Maximum time between opening a WebSocket and connection_init, in milliseconds. */
  readonly socketInitTimeoutMs: number;
  /**
   * Maximum number of requests and WebSocket operations in a minute for each token. Those without a valid token are
   * counted by address.
   */
  readonly requestsPerMinute: number;
}
