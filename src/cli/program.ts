import { Command } from '@commander-js/extra-typings';
import type { Run } from './command.ts';
import { addAnalyticsCommands } from './commands/analytics.ts';
import { addCreateCommands } from './commands/create.ts';
import { addLifecycleCommands } from './commands/lifecycle.ts';
import { addSessionCommands } from './commands/session.ts';
import { addSessionsCommand } from './commands/sessions.ts';
import { addTaskViews } from './commands/tasks.ts';
import { addWatchCommand } from './commands/watch.ts';
import { addWorkflowCommands } from './commands/workflow.ts';

const groups = {
  work: 'Do work:',
  watch: 'See who works:',
  numbers: 'Answer questions:',
  plan: 'Plan work:',
};

/** The program `shark` with all commands that ask the API; see `Run` for how they get to it. */
export function createProgram(version: string, run: Run) {
  const program = new Command('shark')
    .description('Who works on which task, since when, and which session just turned stale.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .addHelpCommand(helpCommand())
    .configureOutput({ outputError: () => {} })
    .addHelpText(
      'after',
      `
A task's day:
  shark task claim T-E07-F20-001 --agent=backend
  shark task finish T-E07-F20-001 --notes="API complete"

Whoever is dead or silent:
  shark task sessions --active --stale=4h
  shark watch --stale=4h

Where it runs: with SHARK_URL (and SHARK_TOKEN) in the environment a server is asked, without it the
database file that DATABASE_URL names. With --json, all but those that run the server print what a
program needs; watch prints an event a line.

It ends with 0; 1 refused or not found; 2 settings, arguments or connection; 3 not allowed in this status.`,
    );

  program.commandsGroup(groups.work);
  const task = program
    .command('task')
    .description('claim, finish, reject and block tasks; see their sessions and history');
  const session = program.command('session').description('keep a session alive, or take it back');

  program.commandsGroup(groups.watch);
  addWatchCommand(program, run);

  program.commandsGroup(groups.numbers);
  const analytics = program
    .command('analytics')
    .description('phase durations, agents, bottlenecks, aging work');

  program.commandsGroup(groups.plan);
  const epic = program.command('epic').description('begin epics and list them');
  const feature = program.command('feature').description('begin features');
  const workflow = program.command('workflow').description('the statuses and where they lead');

  for (const parent of [task, session, analytics, epic, feature, workflow]) parent.helpCommand(false);
  task.commandsGroup('Do work:');
  addLifecycleCommands(task, run);
  task.commandsGroup('See what happens:');
  addSessionsCommand(task, run);
  addTaskViews(task, run);
  task.commandsGroup('Plan work:');
  addCreateCommands({ epic, feature, task }, run);
  addSessionCommands(session, run);
  addAnalyticsCommands(analytics, run);
  addWorkflowCommands(workflow, run);
  return program;
}

function helpCommand(): Command {
  const help = new Command('help').description('print help for a command').helpGroup('Set up:');
  help.argument('[command]');
  return help;
}
