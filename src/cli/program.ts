import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Run } from './command.ts';
import { UsageError } from './failure.ts';
import { addHelpCommand, meantCommands, pathOf } from './help-command.ts';
import { plain } from '../shared/terminal-text.ts';
import { addAnalyticsCommands } from './commands/analytics.ts';
import { addCreateCommands } from './commands/create.ts';
import { addLifecycleCommands } from './commands/lifecycle.ts';
import { addSessionCommands } from './commands/session.ts';
import { addSessionsCommand } from './commands/sessions.ts';
import { addStatusCommand } from './commands/status.ts';
import { addTaskDetails } from './commands/task-details.ts';
import { addTaskViews } from './commands/tasks.ts';
import { addWatchCommand } from './commands/watch.ts';
import { addWorkflowCommands } from './commands/workflow.ts';

const groups = {
  work: 'Work on tasks:',
  watch: 'Watch sessions:',
  numbers: 'Analyze:',
  plan: 'Plan work:',
  setUp: 'Set up:',
};

/** Creates the program `shark` with all API commands. Commands call `run` to connect. */
export function createProgram(version: string, run: Run) {
  const program = new Command('shark')
    .description('Track which agent works on which task, and detect stale sessions.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureOutput({ outputError: () => {} })
    .addHelpText(
      'after',
      `
Work on a task:
  shark task claim T-E07-F20-001 --agent=backend
  shark task finish T-E07-F20-001 --notes="API complete"

Find stale sessions:
  shark task sessions --active --stale=4h
  shark watch --stale=4h

By default, shark opens the database file of DATABASE_URL directly. Set SHARK_URL (and SHARK_TOKEN) to
use a server instead. With --json, all commands except those of the server print JSON for programs;
watch prints one event per line.

Exit codes: 0 done; 1 rejected, or not found; 2 invalid arguments, settings or connection; 3 not
possible in this status.`,
    );

  program.commandsGroup(groups.work);
  const task = program
    .command('task')
    .description('claim, finish, reject and block tasks; show their sessions and history');
  const session = program.command('session').description('send a heartbeat for a session, or abandon it');

  program.commandsGroup(groups.watch);
  addWatchCommand(program, run);

  program.commandsGroup(groups.numbers);
  const analytics = program
    .command('analytics')
    .description('show phase durations, agent performance, bottlenecks and aging work');

  program.commandsGroup(groups.plan);
  const epic = program.command('epic').description('create and list epics');
  const feature = program.command('feature').description('create features');
  const workflow = program
    .command('workflow')
    .description('show the task statuses and the transitions between them');

  for (const parent of [task, session, analytics, epic, feature, workflow])
    addHelpCommand(parent, { hidden: true });
  task.commandsGroup('Work on tasks:');
  addLifecycleCommands(task, run);
  task.commandsGroup('View tasks:');
  addSessionsCommand(task, run);
  addTaskDetails(task, run);
  addTaskViews(task, run);
  task.commandsGroup('Plan work:');
  addCreateCommands({ epic, feature, task }, run);
  addSessionCommands(session, run);
  addAnalyticsCommands(analytics, run);
  addWorkflowCommands(workflow, run);

  program.commandsGroup(groups.setUp);
  addStatusCommand(program, version, run);
  program
    .command('version')
    .description('print the version')
    .action(() => program.configureOutput().writeOut?.(`${version}\n`));
  addHelpCommand(program, { hidden: false });
  return program;
}

/**
 * Makes a command and its subcommands throw UsageError for invalid arguments. The message says how to show the help.
 */
export function throwUsageErrors(command: CommandUnknownOpts): void {
  command.exitOverride((error) => {
    throw wasHelpWanted(error)
      ? error
      : new UsageError(`${usageProblem(command, error)}. '${pathOf(command)} --help' shows the usage`);
  });
  for (const each of command.commands) throwUsageErrors(each);
}

/** Whether `commander` threw this error after printing the help or version. */
export function wasHelpWanted(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

/** Describes the error. For an unknown command, names the commands that the user may have meant. */
function usageProblem(command: CommandUnknownOpts, error: CommanderError): string {
  const [word] = command.args;
  const meant =
    error.code === 'commander.unknownCommand' && word !== undefined ? meantCommands(command, word) : [];
  return meant.length === 0
    ? inOneLine(error)
    : `unknown command '${plain(word ?? '')}' (Did you mean ${meant.map((path) => `'${path}'`).join(' or ')}?)`;
}

/** Puts an error message of `commander` on one line. The second line may be a hint. */
function inOneLine({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'A command is missing';
  return plain(message.replace(/^error: /, '')).replace(/\.$/, '');
}
