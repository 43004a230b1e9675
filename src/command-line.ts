import { parseArgs } from 'node:util';

/** What the program is started for. */
export type Command =
  | { name: 'serve' }
  | { name: 'backfill'; dryRun: boolean }
  /** `file` is where to. */
  | { name: 'backup'; file: string };

/** Arguments that say nothing the program can do; the message says which one, and what would be right. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
}

/** Reads the arguments behind the name of the program. Throws CommandLineError. */
export function readCommandLine(args: readonly string[]): Command {
  const { tokens } = parseArgs({
    args: [...args],
    options: { 'dry-run': { type: 'boolean' } },
    strict: false,
    tokens: true,
  });
  const [name, ...more] = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const options = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []));

  if (name === 'backup') return readBackup(more, options);
  if (name !== undefined && name !== 'backfill')
    throw new CommandLineError(
      `There is no command '${name}': write backfill, backup, or no command to start the server`,
    );
  if (more[0] !== undefined)
    throw new CommandLineError(`backfill takes no '${more[0]}': write backfill, or backfill --dry-run`);
  for (const { name: option, rawName, value } of options) {
    if (name === undefined)
      throw new CommandLineError(
        `The server takes no option, and '${rawName}' was given: its settings come from the environment`,
      );
    if (option !== 'dry-run' || value !== undefined) {
      const given = value === undefined ? rawName : `${rawName}=${value}`;
      throw new CommandLineError(`backfill has no option '${given}': write --dry-run, or nothing`);
    }
  }
  return name === undefined ? { name: 'serve' } : { name, dryRun: options.length > 0 };
}

function readBackup([file, ...more]: readonly string[], [option]: readonly { rawName: string }[]): Command {
  if (option !== undefined)
    throw new CommandLineError(
      `backup has no option '${option.rawName}': write backup and the file to keep the database in`,
    );
  if (file === undefined || file === '')
    throw new CommandLineError(
      'backup needs a file to keep the database in: write for example backup ./shark-backup.db',
    );
  if (more[0] !== undefined)
    throw new CommandLineError(`backup takes one file, and '${more[0]}' was given as well`);
  return { name: 'backup', file };
}
