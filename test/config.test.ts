import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';

describe('the settings', () => {
  it('have defaults', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      databaseFile: './data/shark.db',
      workflowFile: './.sharkconfig.json',
      workflowFileNamed: false,
      migrate: true,
      staleAfterMs: 4 * 3_600_000,
      analyticsTimeoutMs: 30_000,
      logLevel: 'info',
      graphiql: true,
    });
  });

  it('are read from the environment', () => {
    expect(
      readConfig({
        HOST: '::1',
        PORT: '0',
        DATABASE_URL: 'file:/srv/shark-tasks.db',
        WORKFLOW_CONFIG: '/srv/.sharkconfig.json',
        MIGRATE: 'off',
        STALE_AFTER: '90m',
        ANALYTICS_TIMEOUT: '5s',
        LOG_LEVEL: 'warn',
        GRAPHIQL: 'off',
      }),
    ).toEqual({
      host: '::1',
      port: 0,
      databaseFile: '/srv/shark-tasks.db',
      workflowFile: '/srv/.sharkconfig.json',
      workflowFileNamed: true,
      migrate: false,
      staleAfterMs: 90 * 60_000,
      analyticsTimeoutMs: 5_000,
      logLevel: 'warn',
      graphiql: false,
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
    ['ANALYTICS_TIMEOUT', 'soon'],
    ['LOG_LEVEL', 'loud'],
    ['GRAPHIQL', '1'],
  ])('refuse %s=%j', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });

  it('report every fault at once, with the value and what would be right', () => {
    expect(() => readConfig({ PORT: 'http', MIGRATE: 'yes', STALE_AFTER: '1mo' })).toThrow(
      [
        'These settings cannot be used:',
        "  PORT is 'http': write a whole number from 0 to 65535; 0 picks a free port",
        "  MIGRATE is 'yes': write on or off",
        "  STALE_AFTER is '1mo': write a duration like '4h', '90m', '1h30m', '2d', '45s' or ISO 8601 like 'PT4H'",
      ].join('\n'),
    );
  });
});
