import type { Command } from '@commander-js/extra-typings';
import { type TaskFilter, TaskHistoryDocument, TasksDocument } from '../../client/generated/graphql.ts';
import { explainNoTasks, noSuchTask, printRemainingCount } from '../answers.ts';
import type { Run, Tools } from '../command.ts';
import { snakeCased } from '../output/json.ts';
import { epicOption, featureOption, jsonOption, limitOption, phaseOption } from '../options.ts';
import { readPages } from '../pages.ts';
import { plain, shortened } from '../../shared/terminal-text.ts';
import { table } from '../output/table.ts';
import { historyTable, notesTable } from '../output/task-tables.ts';

/** Adds the commands that show tasks. */
export function addTaskViews(parent: Command, run: Run): void {
  parent
    .command('list')
    .alias('ls')
    .description('list tasks and their statuses')
    .option('--status <status>', 'limit to tasks with this status')
    .addOption(phaseOption)
    .addOption(epicOption)
    .addOption(featureOption)
    .option('--agent-type <type>', 'limit to tasks for this agent type')
    .addOption(limitOption)
    .addOption(jsonOption)
    .addHelpText('after', '\nExample:\n  shark task list --epic=E07 --status=ready_for_development')
    .action(({ limit, json, epic: epicKey, feature: featureKey, ...filter }) =>
      run({ json }, (tools) => listTasks(tools, { ...filter, epicKey, featureKey }, limit)),
    );

  parent
    .command('history <task>')
    .description('show the status changes and notes of a task')
    .addOption(jsonOption)
    .addHelpText('after', '\nExample:\n  shark task history T-E07-F20-001')
    .action((key, options) => run(options, (tools) => printHistory(tools, key)));
}

async function listTasks(
  { client, output }: Tools,
  filter: TaskFilter,
  limit: number | 'all',
): Promise<void> {
  const listing = await readPages(
    limit,
    (page) => client.send(TasksDocument, { filter, ...page }),
    ({ tasks }) => tasks,
  );
  const { items, totalCount } = listing;
  output.answer({
    json: () => ({
      task_count: totalCount,
      tasks: items.map(({ key, title, status, phase, priority, assignedAgent }) => ({
        task_key: key,
        title,
        status,
        phase,
        priority,
        assigned_agent: assignedAgent,
      })),
    }),
    text: () =>
      items.length === 0
        ? 'No tasks.'
        : table(
            items,
            [
              { heading: 'TASK', cell: ({ key }) => key },
              { heading: 'STATUS', cell: ({ status }) => status },
              { heading: 'PRIORITY', align: 'right', cell: ({ priority }) => String(priority) },
              { heading: 'AGENT', cell: ({ assignedAgent }) => shortened(assignedAgent ?? '–', 30) },
              { heading: 'TITLE', cell: ({ title }) => shortened(title, 60) },
            ],
            output.palette,
          ),
  });
  if (totalCount === 0) await explainNoTasks({ client, output }, filter.agentType);
  printRemainingCount(output, listing, 'task');
}

async function printHistory({ client, output }: Tools, key: string): Promise<void> {
  const task = (await client.send(TaskHistoryDocument, { key })).task ?? noSuchTask(key);
  const { history, notes } = task;
  output.answer({
    json: () => ({
      task_key: task.key,
      title: task.title,
      status: task.status,
      phase: task.phase,
      history: snakeCased(history),
      notes: snakeCased(notes),
    }),
    text: () =>
      [
        `${output.palette.heading(task.key)}  ${plain(task.title)}  (${plain(task.status)})`,
        ...(history.length === 0
          ? ['', 'No status changes yet.']
          : ['', historyTable(history, output.palette)]),
        ...(notes.length === 0 ? [] : ['', notesTable(notes, output.palette)]),
      ].join('\n'),
  });
}
