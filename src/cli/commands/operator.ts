import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { roles } from '../../domain/principal.ts';
import { UsageError } from '../failure.ts';
import { durationExamples, parseDuration } from '../../shared/duration.ts';
import type { OperatorTools } from '../operator/operate.ts';

/**
 * The commands for whoever runs the server. What they do is loaded when it is wanted: a server is large, and other
 * commands are to begin at once.
 */
export function addOperatorCommands(program: Command, tools: OperatorTools): void {
  program.commandsGroup('Run the server:');

  program
    .command('serve')
    .description('start the server; its settings come from the environment')
    .addHelpText('after', '\nExample:\n  PORT=4000 shark serve')
    .action(async () => {
      const { serve } = await import('../operator/operate.ts');
      await serve(tools);
    });

  program
    .command('backfill')
    .description('turn the history of the database into sessions')
    .option('--dry-run', 'only say what would be done')
    .addHelpText('after', '\nExample:\n  shark backfill --dry-run')
    .action(async ({ dryRun = false }) => {
      const { backfill } = await import('../operator/operate.ts');
      await backfill(dryRun, tools);
    });

  program
    .command('backup')
    .argument('<file>', 'where to', nonBlank)
    .description('copy the database into a file, while servers write')
    .addHelpText('after', '\nExample:\n  shark backup ./shark-backup.db')
    .action(async (file) => {
      const { backUp } = await import('../operator/operate.ts');
      await backUp(file, tools);
    });

  program
    .command('token')
    .description('make a token, and add it to the file of tokens that API_TOKENS_FILE names')
    .addOption(new Option('--name <name>', 'tells it from others').argParser(nonBlank).makeOptionMandatory())
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
    .addOption(
      new Option(
        '--agent-id <agent>',
        'an agent that it speaks for; may be given more than once; unless given, the one of its name',
      ).argParser((agent, before: string[] | undefined) => [...(before ?? []), nonBlank(agent)]),
    )
    .addOption(
      new Option('--expires-in <duration>', 'how long it is valid, for example 90d').argParser(milliseconds),
    )
    .addHelpText(
      'after',
      '\nExample:\n  API_TOKENS_FILE=./data/tokens.json shark token --name=backend-team --role=agent --agent-id=backend-1 --expires-in=90d',
    )
    .action(async ({ name, role, agentId: agentIds, expiresIn: expiresInMs }) => {
      if (agentIds !== undefined && role !== 'agent')
        throw new UsageError(`--agent-id goes with --role=agent only, and the role is ${role}`);
      const { makeToken } = await import('../operator/operate.ts');
      await makeToken({ name, role, agentIds, expiresInMs }, tools);
    });
}

function nonBlank(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is blank.');
  return text.trim();
}

function milliseconds(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw new InvalidArgumentError(`Write a duration like ${durationExamples}.`);
  }
}
