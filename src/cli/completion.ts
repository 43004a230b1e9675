import addCompletion from '@bomb.sh/tab/commander';
import { Command } from 'commander';

/**
 * Adds the command that shells ask for completions, and that prints what makes them ask. It goes last: what is added
 * behind it is not completed.
 */
export function addCompletionCommand(program: object): void {
  // The same class under other types, which the library does not know.
  if (!(program instanceof Command)) return;
  program.commandsGroup('Set up:');
  addCompletion(program);
  const command = program.commands.find((each) => each.name() === 'complete');
  command
    ?.description('print what makes a shell complete commands and options')
    .addHelpText('after', '\nExample:\n  source <(shark complete bash)');
}
