import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { UsageError } from './failure.ts';
import { plain } from './output/plain.ts';

/** Makes a command and its subcommands throw UsageError for invalid arguments. The message names the help to read. */
export function throwUsageErrors(command: CommandUnknownOpts, parents: readonly string[] = []): void {
  const path = [...parents, command.name()];
  command.exitOverride((error) => {
    throw wasHelpWanted(error)
      ? error
      : new UsageError(`${inOneLine(error)}. '${path.join(' ')} --help' shows the usage`);
  });
  for (const each of command.commands) throwUsageErrors(each, path);
}

/** Whether the error only ends the parsing after help or the version was printed. */
export function wasHelpWanted(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

/** Commander's message for an unknown option has its suggestion, `(Did you mean --stale?)`, on a second line. */
function inOneLine({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'A command is missing';
  return plain(message.replace(/^error: /, '')).replace(/\.$/, '');
}
