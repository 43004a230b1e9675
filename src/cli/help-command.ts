import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { UsageError } from './failure.ts';

/** Adds `help [command...]` to a command: it prints the help of the subcommand at this path. */
export function addHelpCommand(parent: CommandUnknownOpts, { hidden }: { hidden: boolean }): void {
  parent.helpCommand(false);
  parent
    .command('help [command...]', { hidden })
    .description('show help for a command')
    .action((words) => {
      let shown = parent;
      for (const word of words) shown = subcommand(shown, word) ?? reject(shown, word);
      shown.help();
    });
}

function subcommand(parent: CommandUnknownOpts, word: string): CommandUnknownOpts | undefined {
  return parent.commands.find((each) => each.name() === word || each.aliases().includes(word));
}

/** Always throws UsageError: the command has no such subcommand. */
function reject(parent: CommandUnknownOpts, word: string): never {
  // Only a command with subcommands reports an unknown one. Another command would run with this argument.
  if (parent.commands.length > 0) parent.parse([word], { from: 'user' });
  throw new UsageError(
    `'${parent.name()}' has no subcommand '${word}'. '${pathOf(parent)} --help' shows the usage`,
  );
}

/** Returns how to type a command, for example `shark task claim`. */
export function pathOf(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/**
 * Returns what the user probably meant by an unknown subcommand: the commands of this name elsewhere, or for a task key
 * the command that shows the task.
 */
export function meantCommands(parent: CommandUnknownOpts, word: string): string[] {
  if (parent.name() === 'task' && /^(T-)?E\d+-F\d+-\d+/i.test(word)) return ['shark task show'];
  return allCommands(rootOf(parent))
    .filter((command) => subcommand(parent, command.name()) === undefined)
    .filter((command) => command.name() === word || command.aliases().includes(word))
    .filter((command) => command.name() !== 'help')
    .map(pathOf);
}

function rootOf(command: CommandUnknownOpts): CommandUnknownOpts {
  return command.parent === null ? command : rootOf(command.parent);
}

function allCommands(parent: CommandUnknownOpts): CommandUnknownOpts[] {
  return parent.commands.flatMap((command) => [command, ...allCommands(command)]);
}
