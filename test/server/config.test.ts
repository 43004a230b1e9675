import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/server/config.ts';

describe('readConfig', () => {
  it('returns the defaults', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      databaseFile: './data/shark.db',
      workflowFile: './.sharkconfig.json',
      workflowFileNamed: false,
      migrate: true,
      staleAfterMs: 4 * 3_600_000,
      aliveWithinMs: 5 * 60_000,
      analyticsTimeoutMs: 30_000,
      logLevel: 'info',
      graphiql: true,
      authentication: { tokensFile: undefined, jsonWebTokens: undefined },
      allowedOrigins: [],
      limits: {
        queryTokens: 2_000,
        queryDepth: 20,
        queryAliases: 50,
        queryComplexity: 50_000,
        queryTimeoutMs: 60_000,
        pageSize: 500,
        bodyBytes: 102_400,
        socketMessageBytes: 102_400,
        operationsPerSocket: 100,
        socketsPerToken: 500,
        socketsPerAddress: 2_000,
        socketsWithoutInit: 500,
        socketInitTimeoutMs: 3_000,
        requestsPerMinute: 6_000,
        repeatedFields: 25,
        subscriptionComplexity: 500,
        subscriptionComplexityPerToken: 10_000,
        heavyComplexity: 1_000,
        heavyOperationsPerToken: 2,
        heavyOperations: 4,
        waitingOperationsPerToken: 100,
        turnMs: 5,
        answerBytes: 4_194_304,
        unreadBytesPerToken: 16_777_216,
        unreadBytes: 67_108_864,
        complexityPerMinute: 3_000_000,
        socketMessagesBeforeInit: 5,
        socketBytesBeforeInit: 16_384,
        socketBufferBytes: 65_536,
        slowReaderTimeoutMs: 60_000,
        connections: 10_000,
        connectionsPerAddress: 4_000,
        pipelinedRequests: 10,
      },
    });
  });

  it('reads all settings from the environment', () => {
    expect(
      readConfig({
        HOST: '::1',
        PORT: '0',
        DATABASE_URL: 'file:/srv/shark-tasks.db',
        WORKFLOW_CONFIG: '/srv/.sharkconfig.json',
        MIGRATE: 'off',
        STALE_AFTER: '90m',
        ALIVE_WITHIN: '30s',
        ANALYTICS_TIMEOUT: '5s',
        LOG_LEVEL: 'warn',
        GRAPHIQL: 'off',
        API_TOKENS_FILE: '/srv/tokens.json',
        JWT_JWKS_URL: 'https://id.example.com/keys',
        JWT_ISSUER: 'https://id.example.com',
        JWT_AUDIENCE: 'shark',
        JWT_ROLE_CLAIM: 'https://example.com/role',
        JWT_AGENT_IDS_CLAIM: 'agents',
        ALLOWED_ORIGINS: 'https://board.example.com, http://localhost:5173',
        MAX_QUERY_TOKENS: '1',
        MAX_QUERY_DEPTH: '2',
        MAX_QUERY_ALIASES: '3',
        MAX_QUERY_COMPLEXITY: '4',
        MAX_QUERY_REPEATED_FIELDS: '20',
        MAX_SUBSCRIPTION_COMPLEXITY: '21',
        MAX_SUBSCRIPTION_COMPLEXITY_PER_TOKEN: '22',
        HEAVY_COMPLEXITY: '23',
        MAX_HEAVY_OPERATIONS_PER_TOKEN: '24',
        MAX_HEAVY_OPERATIONS: '25',
        MAX_WAITING_OPERATIONS_PER_TOKEN: '26',
        MAX_TURN_MILLISECONDS: '27',
        MAX_ANSWER_BYTES: '28',
        MAX_UNREAD_BYTES_PER_TOKEN: '29',
        MAX_UNREAD_BYTES: '30',
        MAX_COMPLEXITY_PER_MINUTE: '31',
        QUERY_TIMEOUT: '5s',
        MAX_PAGE_SIZE: '6',
        MAX_BODY_BYTES: '7',
        MAX_SOCKET_MESSAGE_BYTES: '8',
        MAX_OPERATIONS_PER_SOCKET: '9',
        MAX_SOCKETS_PER_TOKEN: '10',
        MAX_SOCKETS_PER_ADDRESS: '11',
        MAX_SOCKETS_WITHOUT_INIT: '12',
        SOCKET_INIT_TIMEOUT: '13s',
        MAX_REQUESTS_PER_MINUTE: '14',
        MAX_SOCKET_MESSAGES_BEFORE_INIT: '15',
        MAX_SOCKET_BYTES_BEFORE_INIT: '16',
        MAX_SOCKET_BUFFER_BYTES: '1024',
        SLOW_READER_TIMEOUT: '18s',
        MAX_CONNECTIONS: '19',
        MAX_CONNECTIONS_PER_ADDRESS: '20',
        MAX_PIPELINED_REQUESTS: '21',
      }),
    ).toEqual({
      host: '::1',
      port: 0,
      databaseFile: '/srv/shark-tasks.db',
      workflowFile: '/srv/.sharkconfig.json',
      workflowFileNamed: true,
      migrate: false,
      staleAfterMs: 90 * 60_000,
      aliveWithinMs: 30_000,
      analyticsTimeoutMs: 5_000,
      logLevel: 'warn',
      graphiql: false,
      authentication: {
        tokensFile: '/srv/tokens.json',
        jsonWebTokens: {
          keys: { url: 'https://id.example.com/keys' },
          issuer: 'https://id.example.com',
          audience: 'shark',
          roleClaim: 'https://example.com/role',
          agentIdsClaim: 'agents',
        },
      },
      allowedOrigins: ['https://board.example.com', 'http://localhost:5173'],
      limits: {
        queryTokens: 1,
        queryDepth: 2,
        queryAliases: 3,
        queryComplexity: 4,
        queryTimeoutMs: 5_000,
        pageSize: 6,
        bodyBytes: 7,
        socketMessageBytes: 8,
        operationsPerSocket: 9,
        socketsPerToken: 10,
        socketsPerAddress: 11,
        socketsWithoutInit: 12,
        socketInitTimeoutMs: 13_000,
        requestsPerMinute: 14,
        repeatedFields: 20,
        subscriptionComplexity: 21,
        subscriptionComplexityPerToken: 22,
        heavyComplexity: 23,
        heavyOperationsPerToken: 24,
        heavyOperations: 25,
        waitingOperationsPerToken: 26,
        turnMs: 27,
        answerBytes: 28,
        unreadBytesPerToken: 29,
        unreadBytes: 30,
        complexityPerMinute: 31,
        socketMessagesBeforeInit: 15,
        socketBytesBeforeInit: 16,
        socketBufferBytes: 1_024,
        slowReaderTimeoutMs: 18_000,
        connections: 19,
        connectionsPerAddress: 20,
        pipelinedRequests: 21,
      },
    });
  });

  it.each([
    ['HOST', ' '],
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['PORT', 'http'],
    ['DATABASE_URL', 'postgres://localhost/shark'],
    ['DATABASE_URL', 'file:'],
    ['WORKFLOW_CONFIG', ''],
    ['MIGRATE', 'yes'],
    ['STALE_AFTER', '0h'],
    ['ALIVE_WITHIN', 'off'],
    ['ANALYTICS_TIMEOUT', 'soon'],
    ['LOG_LEVEL', 'loud'],
    ['GRAPHIQL', '1'],
    ['API_TOKENS_FILE', ' '],
    ['JWT_JWKS_URL', 'id.example.com'],
    ['JWT_ISSUER', 'https://id.example.com'],
    ['ALLOWED_ORIGINS', 'board.example.com'],
    ['ALLOWED_ORIGINS', 'https://board.example.com/'],
    ['ALLOWED_ORIGINS', '*'],
    ['MAX_QUERY_TOKENS', '0'],
    ['MAX_QUERY_DEPTH', '1.5'],
    ['MAX_BODY_BYTES', '100KB'],
    ['MAX_PAGE_SIZE', '501'],
    ['SOCKET_INIT_TIMEOUT', '0s'],
  ])('rejects %s=%j', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });

  it.each([
    '0.0.0.0',
    '::',
    '192.168.1.7',
    'shark.example.com',
    'localhost.example.com',
    '127.0.0.1.example.com',
  ])('rejects %s as host without authentication', (HOST) => {
    expect(() => readConfig({ HOST })).toThrow(
      `HOST is '${HOST}', which other machines can reach, and no tokens are configured: create tokens with 'shark token' and set API_TOKENS_FILE, or set HOST to 127.0.0.1`,
    );
    expect(readConfig({ HOST, API_TOKENS_FILE: './tokens.json' }).host).toBe(HOST);
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])(
    'accepts the loopback address %s as host without authentication',
    (HOST) => {
      expect(readConfig({ HOST }).host).toBe(HOST);
    },
  );

  it('reports missing settings of an identity provider', () => {
    expect(() =>
      readConfig({
        JWT_JWKS_URL: 'https://id.example.com/keys',
        JWT_KEY_FILE: './key.pem',
        JWT_ISSUER: 'me',
      }),
    ).toThrow(
      [
        'These settings are invalid:',
        '- JWT_KEY_FILE and JWT_JWKS_URL are both set: remove one of the two settings',
        '- JWT_AUDIENCE is missing: JWT_JWKS_URL and JWT_KEY_FILE need both JWT_ISSUER and JWT_AUDIENCE',
      ].join('\n'),
    );
    expect(() => readConfig({ JWT_AUDIENCE: 'shark' })).toThrow(
      'JWT_AUDIENCE has no effect without keys: set JWT_JWKS_URL or JWT_KEY_FILE, or remove JWT_AUDIENCE',
    );
  });

  it('reports all invalid settings at once, with the value and a correction', () => {
    expect(() => readConfig({ HOST: '::', PORT: 'http', MIGRATE: 'yes', STALE_AFTER: '1mo' })).toThrow(
      [
        'These settings are invalid:',
        "- PORT is 'http': write a whole number from 0 to 65535; 0 picks a free port",
        "- MIGRATE is 'yes': write on or off",
        "- STALE_AFTER is '1mo': write a duration like '4h', '90m', '1h30m', '2d', '45s' or ISO 8601 like 'PT4H'",
        "- HOST is '::', which other machines can reach, and no tokens are configured: create tokens with 'shark token' and set API_TOKENS_FILE, or set HOST to 127.0.0.1",
      ].join('\n'),
    );
  });

  it.each([
    ['HOST', '::1', 'host'],
    ['PORT', '4001', 'port'],
    ['DATABASE_URL', 'file:./b.db', 'databaseFile'],
    ['WORKFLOW_CONFIG', './flow.json', 'workflowFile'],
    ['MIGRATE', 'off', 'migrate'],
    ['STALE_AFTER', '90m', 'staleAfterMs'],
    ['LOG_LEVEL', 'warn', 'logLevel'],
    ['API_TOKENS_FILE', './tokens.json', 'authentication'],
    ['ALLOWED_ORIGINS', 'https://board.example.com', 'allowedOrigins'],
    ['MAX_PAGE_SIZE', '6', 'limits'],
  ] as const)('trims %s', (name, value, property) => {
    expect(readConfig({ [name]: `\t${value} \r` })[property]).toEqual(
      readConfig({ [name]: value })[property],
    );
  });

  it('rejects control characters inside all settings at once', () => {
    expect(() => readConfig({ HOST: '127.0.0.1\rPORT=4000', DATABASE_URL: 'file:./a\u0000b' })).toThrow(
      [
        'These settings are invalid:',
        String.raw`- HOST is "127.0.0.1\rPORT=4000": it contains a control character. Remove the character`,
        String.raw`- DATABASE_URL is "file:./a\u0000b": it contains a control character. Remove the character`,
      ].join('\n'),
    );
  });

  it('expands ~/ in every path, and rejects the home folder of another user', () => {
    const config = readConfig({
      DATABASE_URL: 'file:~/b.db',
      WORKFLOW_CONFIG: '~/flow.json',
      API_TOKENS_FILE: '~/tokens.json',
      JWT_KEY_FILE: '~/key.pem',
      JWT_ISSUER: 'me',
      JWT_AUDIENCE: 'shark',
    });
    expect(config).toMatchObject({
      databaseFile: join(homedir(), 'b.db'),
      workflowFile: join(homedir(), 'flow.json'),
      authentication: {
        tokensFile: join(homedir(), 'tokens.json'),
        jsonWebTokens: { keys: { file: join(homedir(), 'key.pem') } },
      },
    });
    for (const name of ['WORKFLOW_CONFIG', 'API_TOKENS_FILE', 'JWT_KEY_FILE'])
      for (const value of ['~bob/x', 'file:./x'])
        expect(() => readConfig({ [name]: value })).toThrow(`${name} cannot be used: '${value}'`);
  });

  it.each([
    'HOST',
    'PORT',
    'DATABASE_URL',
    'MIGRATE',
    'STALE_AFTER',
    'LOG_LEVEL',
    'GRAPHIQL',
    'JWT_JWKS_URL',
    'ALLOWED_ORIGINS',
    'MAX_PAGE_SIZE',
  ])('prints no password in %s', (name) => {
    for (const value of [
      'http://user:s3cret@host/x',
      'postgres://user:s3cret@host/x',
      'user:s3cret@host',
      'http://user:s3cret@ho\u0007st/x',
    ]) {
      let said = '';
      try {
        readConfig({ JWT_ISSUER: 'me', JWT_AUDIENCE: 'shark', [name]: value });
      } catch (error) {
        said = String(error);
      }
      expect(said).toContain(`${name} `);
      expect(said).not.toContain('s3cret');
    }
  });
});
