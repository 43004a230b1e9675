import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { roles } from '../../domain/principal.ts';
import { UsageError } from '../failure.ts';
import { durationExamples, parseDuration } from '../../shared/duration.ts';
import type { FormerName } from '../operator/backfill.ts';
import type { OperatorTools } from '../operator/operate.ts';

/** Adds the commands for operators. Each command imports its module only when it runs, because the import is slow. */
export function addOperatorCommands(program: Command, tools: OperatorTools): void {
  program.commandsGroup('Run the server:');

  program
    .command('serve')
    .description('start the server; its settings are environment variables')
    .addHelpText('after', '\nExample:\n  PORT=4000 shark serve')
    .action(async () => {
      const { serve } = await import('../operator/operate.ts');
      await serve(tools);
    });

  program
    .command('backfill')
    .description('create sessions from the task history in the database')
    .option('--dry-run', 'print the changes without making them')
    .addOption(
      new Option(
        '--map <former=status>',
        'read a former name of a status as this status of the workflow. Repeat the option for more names',
      ).argParser((text, before: FormerName[] | undefined) => [...(before ?? []), formerName(text)]),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  shark backfill --dry-run\n  shark backfill --map in_progress=in_development',
    )
    .action(async ({ dryRun = false, map: formerNames = [] }) => {
      const { backfill } = await import('../operator/operate.ts');
      await backfill({ dryRun, formerNames }, tools);
    });

  program
    .command('backup')
    .argument('<file>', 'the path of the copy', pathOfCopy)
    .description('copy the database into a file; servers can keep writing')
    .addHelpText('after', '\nExample:\n  shark backup ./shark-backup.db')
    .action(async (file) => {
      const { backUp } = await import('../operator/operate.ts');
      await backUp(file, tools);
    });

  program
    .command('token')
    .description('create an access token and add it to the token file ($API_TOKENS_FILE)')
    .addOption(
      new Option('--name <name>', 'a unique name for the token').argParser(nonBlank).makeOptionMandatory(),
    )
    .addOption(new Option('--role <role>', 'the role of the token').choices(roles).makeOptionMandatory())
    .addOption(
      new Option(
        '--agent-id <agent>',
        'an agent that the token may act for. Repeat the option for more agents. Default: the name of the token',
      ).argParser((agent, before: string[] | undefined) => [...(before ?? []), nonBlank(agent)]),
    )
    .addOption(
      new Option(
        '--expires-in <duration>',
        'how long the token is valid, for example 90d. Default: forever',
      ).argParser(milliseconds),
    )
    .addHelpText(
      'after',
      '\nExample:\n  API_TOKENS_FILE=./data/tokens.json shark token --name=backend-team --role=agent --agent-id=backend-1 --expires-in=90d',
    )
    .action(async ({ name, role, agentId: agentIds, expiresIn: expiresInMs }) => {
      if (agentIds !== undefined && role !== 'agent')
        throw new UsageError(`--agent-id requires --role=agent, but the role is ${role}`);
      const { makeToken } = await import('../operator/operate.ts');
      await makeToken({ name, role, agentIds, expiresInMs }, tools);
    });
}

function formerName(text: string): FormerName {
  const [former = '', status = '', ...others] = text.split('=').map((part) => part.trim());
  if (former === '' || status === '' || others.length > 0)
    throw new InvalidArgumentError('Write a former name and a status, like in_progress=in_development.');
  return [former, status];
}

function nonBlank(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Write a value that is not blank.');
  return text.trim();
}

function pathOfCopy(text: string): string {
  if (text === '-')
    throw new InvalidArgumentError('Write the path of a file: a copy cannot be written to standard output.');
  return nonBlank(text);
}

function milliseconds(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw new InvalidArgumentError(`Write a duration like ${durationExamples}.`);
  }
}
