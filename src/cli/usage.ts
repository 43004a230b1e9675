import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { UsageError } from './failure.ts';
import { plain } from './output/plain.ts';

/** Makes a command and all below it throw UsageError for arguments that cannot be used, which says where to look. */
export function throwUsageErrors(command: CommandUnknownOpts, parents: readonly string[] = []): void {
  const path = [...parents, command.name()];
  command.exitOverride((error) => {
    throw wasHelpWanted(error)
      ? error
      : new UsageError(`${inOneLine(error)}. '${path.join(' ')} --help' shows what can be written`);
  });
  for (const each of command.commands) throwUsageErrors(each, path);
}

/** Whether a command was only looked up, which ends the reading of arguments as an error does. */
export function wasHelpWanted(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

/** `error: unknown option '--stal'` has `(Did you mean --stale?)` on a line of its own. */
function inOneLine({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'A command is missing';
  return plain(message.replace(/^error: /, '')).replace(/\.$/, '');
}
