import * as z from 'zod';
import type { Limits } from '../graphql/limits/limits.ts';
import { countSetting, durationSetting } from './setting-types.ts';

const count = countSetting();

/** The settings of the limits, with their defaults. */
export const limitSettings = {
  MAX_QUERY_TOKENS: count.default(2_000),
  MAX_QUERY_DEPTH: countSetting(100).default(20),
  MAX_QUERY_ALIASES: count.default(50),
  MAX_QUERY_COMPLEXITY: count.default(50_000),
  MAX_QUERY_REPEATED_FIELDS: count.default(25),
  MAX_SUBSCRIPTION_COMPLEXITY: count.default(500),
  MAX_SUBSCRIPTION_COMPLEXITY_PER_TOKEN: count.default(10_000),
  HEAVY_COMPLEXITY: count.default(1_000),
  MAX_HEAVY_OPERATIONS_PER_TOKEN: count.default(2),
  MAX_HEAVY_OPERATIONS: count.default(4),
  MAX_WAITING_OPERATIONS_PER_TOKEN: count.default(100),
  MAX_TURN_MILLISECONDS: count.default(5),
  MAX_ANSWER_BYTES: countSetting(100 * 1_048_576).default(4 * 1_048_576),
  MAX_UNREAD_BYTES_PER_TOKEN: count.default(16 * 1_048_576),
  MAX_UNREAD_BYTES: count.default(64 * 1_048_576),
  QUERY_TIMEOUT: durationSetting.default(60_000),
  MAX_PAGE_SIZE: countSetting(500).default(500),
  MAX_BODY_BYTES: count.default(100 * 1_024),
  MAX_SOCKET_MESSAGE_BYTES: count.default(100 * 1_024),
  MAX_OPERATIONS_PER_SOCKET: count.default(100),
  MAX_SOCKETS_PER_TOKEN: count.default(500),
  MAX_SOCKETS_PER_ADDRESS: count.default(2_000),
  MAX_SOCKETS_WITHOUT_INIT: count.default(500),
  SOCKET_INIT_TIMEOUT: durationSetting.default(3_000),
  MAX_REQUESTS_PER_MINUTE: count.default(6_000),
  MAX_COMPLEXITY_PER_MINUTE: count.default(3_000_000),
  MAX_SOCKET_MESSAGES_BEFORE_INIT: count.default(5),
  MAX_SOCKET_BYTES_BEFORE_INIT: count.default(16 * 1_024),
  MAX_SOCKET_BUFFER_BYTES: countSetting(undefined, 1_024).default(64 * 1_024),
  SLOW_READER_TIMEOUT: durationSetting.default(60_000),
  MAX_CONNECTIONS: count.default(10_000),
  MAX_CONNECTIONS_PER_ADDRESS: count.default(4_000),
  MAX_PIPELINED_REQUESTS: count.default(10),
};

const limitsShape = z.object(limitSettings);

/** Returns the limits that the settings define. */
export function limitsFrom(data: z.output<typeof limitsShape>): Limits {
  return {
    queryTokens: data.MAX_QUERY_TOKENS,
    queryDepth: data.MAX_QUERY_DEPTH,
    queryAliases: data.MAX_QUERY_ALIASES,
    queryComplexity: data.MAX_QUERY_COMPLEXITY,
    repeatedFields: data.MAX_QUERY_REPEATED_FIELDS,
    subscriptionComplexity: data.MAX_SUBSCRIPTION_COMPLEXITY,
    subscriptionComplexityPerToken: data.MAX_SUBSCRIPTION_COMPLEXITY_PER_TOKEN,
    heavyComplexity: data.HEAVY_COMPLEXITY,
    heavyOperationsPerToken: data.MAX_HEAVY_OPERATIONS_PER_TOKEN,
    heavyOperations: data.MAX_HEAVY_OPERATIONS,
    waitingOperationsPerToken: data.MAX_WAITING_OPERATIONS_PER_TOKEN,
    turnMs: data.MAX_TURN_MILLISECONDS,
    answerBytes: data.MAX_ANSWER_BYTES,
    unreadBytesPerToken: data.MAX_UNREAD_BYTES_PER_TOKEN,
    unreadBytes: data.MAX_UNREAD_BYTES,
    queryTimeoutMs: data.QUERY_TIMEOUT,
    pageSize: data.MAX_PAGE_SIZE,
    bodyBytes: data.MAX_BODY_BYTES,
    socketMessageBytes: data.MAX_SOCKET_MESSAGE_BYTES,
    operationsPerSocket: data.MAX_OPERATIONS_PER_SOCKET,
    socketsPerToken: data.MAX_SOCKETS_PER_TOKEN,
    socketsPerAddress: data.MAX_SOCKETS_PER_ADDRESS,
    socketsWithoutInit: data.MAX_SOCKETS_WITHOUT_INIT,
    socketInitTimeoutMs: data.SOCKET_INIT_TIMEOUT,
    requestsPerMinute: data.MAX_REQUESTS_PER_MINUTE,
    complexityPerMinute: data.MAX_COMPLEXITY_PER_MINUTE,
    socketMessagesBeforeInit: data.MAX_SOCKET_MESSAGES_BEFORE_INIT,
    socketBytesBeforeInit: data.MAX_SOCKET_BYTES_BEFORE_INIT,
    socketBufferBytes: data.MAX_SOCKET_BUFFER_BYTES,
    slowReaderTimeoutMs: data.SLOW_READER_TIMEOUT,
    connections: data.MAX_CONNECTIONS,
    connectionsPerAddress: data.MAX_CONNECTIONS_PER_ADDRESS,
    pipelinedRequests: data.MAX_PIPELINED_REQUESTS,
  };
}
