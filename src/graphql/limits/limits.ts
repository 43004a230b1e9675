/** Limits on the resources that one client can use. Each limit is a setting of the server. */
export interface Limits {
  /** The maximum number of tokens in a GraphQL document. */
  readonly queryTokens: number;
  /** The maximum nesting depth of the fields in a GraphQL document. */
  readonly queryDepth: number;
  /** The maximum number of aliases in a GraphQL operation. */
  readonly queryAliases: number;
  /** The maximum number of values that a GraphQL operation can select if every page is full. */
  readonly queryComplexity: number;
  /** The maximum number of fields that repeat an earlier field of the same object, because their comparison is slow. */
  readonly repeatedFields: number;
  /** The maximum number of values that one subscription can select for each event. */
  readonly subscriptionComplexity: number;
  /** The maximum sum for the subscriptions of one client. Subscriptions with the same selection count once. */
  readonly subscriptionComplexityPerToken: number;
  /** An operation that selects more values than this is heavy. */
  readonly heavyComplexity: number;
  /** The maximum number of heavy operations of one client that run at the same time. */
  readonly heavyOperationsPerToken: number;
  /** The maximum number of heavy operations that run at the same time. */
  readonly heavyOperations: number;
  /** The maximum number of heavy operations of one client that wait for others to end. */
  readonly waitingOperationsPerToken: number;
  /** How long heavy operations may work in one turn of the event loop, in milliseconds. */
  readonly turnMs: number;
  /** The maximum size of the answer to an operation, in bytes of JSON. */
  readonly answerBytes: number;
  /** The maximum number of bytes in answers that one client has not read yet. */
  readonly unreadBytesPerToken: number;
  /** The maximum number of bytes in answers that all clients have not read yet. */
  readonly unreadBytes: number;
  /** The maximum duration of a query, in milliseconds. */
  readonly queryTimeoutMs: number;
  /** The maximum number of items on a page of a list. */
  readonly pageSize: number;
  /** The maximum size of the body of an HTTP request, in bytes. */
  readonly bodyBytes: number;
  /** The maximum size of a WebSocket message, in bytes. */
  readonly socketMessageBytes: number;
  /** The maximum number of operations that run on one WebSocket at the same time. */
  readonly operationsPerSocket: number;
  /** The maximum number of open WebSockets and event streams with the same token. */
  readonly socketsPerToken: number;
  /** The maximum number of open event streams and authenticated WebSockets from the same address. */
  readonly socketsPerAddress: number;
  /**
   * The maximum number of open WebSockets without `connection_init`. If there are more, the server closes the oldest.
   */
  readonly socketsWithoutInit: number;
  /** The maximum time until a new WebSocket sends `connection_init`, in milliseconds. */
  readonly socketInitTimeoutMs: number;
  /**
   * The maximum number of HTTP requests and WebSocket operations per minute. Each valid token has its own count.
   * Other requests are counted per address.
   */
  readonly requestsPerMinute: number;
  /** The maximum number of values that the operations of one client can select per minute. */
  readonly complexityPerMinute: number;
  /** The maximum number of WebSocket messages, pings and pongs that a client sends before it is authenticated. */
  readonly socketMessagesBeforeInit: number;
  /** The maximum number of bytes that a client sends on a WebSocket before it is authenticated. */
  readonly socketBytesBeforeInit: number;
  /** If more bytes than this are unsent on a WebSocket, the server reads no messages from it. */
  readonly socketBufferBytes: number;
  /** How long a client may take none of the data that the server has for it, in milliseconds. */
  readonly slowReaderTimeoutMs: number;
  /** The maximum number of open network connections. */
  readonly connections: number;
  /** The maximum number of open network connections from the same address. */
  readonly connectionsPerAddress: number;
  /** The maximum number of HTTP requests on one connection that wait for the responses to earlier requests. */
  readonly pipelinedRequests: number;
}
