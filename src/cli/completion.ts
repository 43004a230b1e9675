import addCompletion from '@bomb.sh/tab/commander';
import { Command } from 'commander';

/**
 * Adds the command `complete`, which prints the script for shell completion and then answers the shell's requests. Add
 * it last: commands that are added after it are not completed.
 */
export function addCompletionCommand(program: object): void {
  // The library expects Command of commander, which is the same class without the extra types.
  if (!(program instanceof Command)) return;
  program.commandsGroup('Set up:');
  addCompletion(program);
  const command = program.commands.find((each) => each.name() === 'complete');
  command
    ?.description('print the script for shell completion')
    .addHelpText('after', '\nExample:\n  source <(shark complete bash)');
}
