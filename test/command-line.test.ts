import { expect, it } from 'vitest';
import { CommandLineError, readCommandLine } from '../src/command-line.ts';

it.each([
  [[], { name: 'serve' }],
  [['backfill'], { name: 'backfill', dryRun: false }],
  [['backfill', '--dry-run'], { name: 'backfill', dryRun: true }],
  [['--dry-run', 'backfill'], { name: 'backfill', dryRun: true }],
  [['backup', './kept.db'], { name: 'backup', file: './kept.db' }],
  [
    ['token', '--name', 'ci', '--role', 'agent'],
    {
      name: 'token',
      request: { name: 'ci', role: 'agent', agentIds: undefined, expiresInMs: undefined },
    },
  ],
  [
    [
      'token',
      '--name=ci',
      '--role=agent',
      '--agent-id',
      'backend-1',
      '--agent-id',
      'qa',
      '--expires-in',
      '90d',
    ],
    {
      name: 'token',
      request: {
        name: 'ci',
        role: 'agent',
        agentIds: ['backend-1', 'qa'],
        expiresInMs: 90 * 24 * 3_600_000,
      },
    },
  ],
])('%j is understood', (args, command) => {
  expect(readCommandLine(args)).toEqual(command);
});

it.each([
  [
    ['backfil'],
    "There is no command 'backfil': write backfill, backup, token, or no command to start the server",
  ],
  [[''], "There is no command '': write backfill, backup, token, or no command to start the server"],
  [['backup'], 'backup needs a file to keep the database in: write for example backup ./shark-backup.db'],
  [['backup', 'one.db', 'two.db'], "backup takes one file, and 'two.db' was given as well"],
  [
    ['backup', 'kept.db', '--dry-run'],
    "backup has no option '--dry-run': write backup and the file to keep the database in",
  ],
  [['backfill', 'now'], "backfill takes no 'now': write backfill, or backfill --dry-run"],
  [['backfill', '--', '--dry-run'], "backfill takes no '--dry-run': write backfill, or backfill --dry-run"],
  [['backfill', '--dry'], "backfill has no option '--dry': write --dry-run, or nothing"],
  [['backfill', '-d'], "backfill has no option '-d': write --dry-run, or nothing"],
  [['backfill', '--dry-run=no'], "backfill has no option '--dry-run=no': write --dry-run, or nothing"],
  [['backfill', '--no-dry-run'], "backfill has no option '--no-dry-run': write --dry-run, or nothing"],
  [
    ['--port', '4000'],
    "There is no command '4000': write backfill, backup, token, or no command to start the server",
  ],
  [
    ['toString'],
    "There is no command 'toString': write backfill, backup, token, or no command to start the server",
  ],
  [
    ['token', '--role', 'agent'],
    'token needs a name, to tell it from others: write token --name ci --role agent, with --agent-id for each agent that it speaks for, and --expires-in 90d',
  ],
  [['token', '--name', 'ci'], '--role is nothing: write one of viewer, agent, orchestrator'],
  [['token', '--name', 'ci', '--role', 'admin'], '--role is admin: write one of viewer, agent, orchestrator'],
  [['token', '--name', 'a', '--name', 'b', '--role', 'agent'], '--name is given twice: write it once'],
  [
    ['token', '--name', 'pm', '--role', 'viewer', '--agent-id', 'qa'],
    '--agent-id goes with --role agent only, and the role is viewer',
  ],
  [
    ['token', '--name', 'ci', '--role', 'agent', '--expires-in', 'soon'],
    "--expires-in is 'soon': write a duration like '4h', '90m', '1h30m', '2d', '45s' or ISO 8601 like 'PT4H'",
  ],
  [
    ['token', '--name', 'ci', '--role', 'agent', '--dry-run'],
    "token has no option '--dry-run': write token --name ci --role agent, with --agent-id for each agent that it speaks for, and --expires-in 90d",
  ],
  [
    ['token', '--name'],
    '--name has no value: write token --name ci --role agent, with --agent-id for each agent that it speaks for, and --expires-in 90d',
  ],
  [
    ['--dry-run'],
    "The server takes no option, and '--dry-run' was given: its settings come from the environment",
  ],
])('%j is refused', (args, message) => {
  expect(() => readCommandLine(args)).toThrow(new CommandLineError(message));
});
