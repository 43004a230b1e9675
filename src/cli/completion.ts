import addCompletion from '@bomb.sh/tab/commander';
import { Command as PlainCommand } from 'commander';

/** Adds the command `complete` for shell completion. Add all other commands first. */
export function addCompletionCommand(program: object): void {
  // This check narrows the type of `program` for the completion library.
  if (!(program instanceof PlainCommand)) return;
  program.commandsGroup('Set up:');
  addCompletion(program);
  const command = program.commands.find((each) => each.name() === 'complete');
  command
    ?.description('print the script for shell completion')
    .addHelpText('after', '\nExample:\n  source <(shark complete bash)');
}
