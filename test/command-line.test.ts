import { expect, it } from 'vitest';
import { CommandLineError, readCommandLine } from '../src/command-line.ts';

it.each([
  [[], { name: 'serve' }],
  [['backfill'], { name: 'backfill', dryRun: false }],
  [['backfill', '--dry-run'], { name: 'backfill', dryRun: true }],
  [['--dry-run', 'backfill'], { name: 'backfill', dryRun: true }],
  [['backup', './kept.db'], { name: 'backup', file: './kept.db' }],
])('%j is understood', (args, command) => {
  expect(readCommandLine(args)).toEqual(command);
});

it.each([
  [['backfil'], "There is no command 'backfil': write backfill, backup, or no command to start the server"],
  [[''], "There is no command '': write backfill, backup, or no command to start the server"],
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
    "There is no command '4000': write backfill, backup, or no command to start the server",
  ],
  [
    ['--dry-run'],
    "The server takes no option, and '--dry-run' was given: its settings come from the environment",
  ],
])('%j is refused', (args, message) => {
  expect(() => readCommandLine(args)).toThrow(new CommandLineError(message));
});
