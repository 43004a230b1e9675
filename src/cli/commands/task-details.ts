import type { Command } from '@commander-js/extra-typings';
import {
  type DependencyPartsFragment,
  TaskDetailsDocument,
  type TaskDetailsQuery,
} from '../../client/generated/graphql.ts';
import { noSuchTask } from '../answers.ts';
import type { Run, Tools } from '../command.ts';
import { jsonOption } from '../options.ts';
import { dependencyJson, sessionJson, snakeCased } from '../output/json.ts';
import { plain } from '../../shared/terminal-text.ts';
import { counted, timeText } from '../output/quantities.ts';
import { sessionsOfTask } from '../output/session-tables.ts';
import { notesTable } from '../output/task-tables.ts';

/** How many sessions the command prints. `task sessions` prints all. */
const latestSessions = 5;

export function addTaskDetails(task: Command, run: Run): void {
  task
    .command('show <task>')
    .alias('get')
    .description('show a task with its status, dependencies, latest sessions and notes')
    .addOption(jsonOption)
    .addHelpText('after', '\nExample:\n  shark task show T-E07-F20-001')
    .action((key, options) => run(options, (tools) => printDetails(tools, key)));
}

type TaskDetails = NonNullable<TaskDetailsQuery['task']>;

async function printDetails({ client, output }: Tools, key: string): Promise<void> {
  const variables = { key, first: latestSessions };
  const task = (await client.send(TaskDetailsDocument, variables)).task ?? noSuchTask(key);
  const { feature, activeSession, sessions, dependencies, notes } = task;
  const { palette } = output;
  output.answer({
    json: () => ({
      task_key: task.key,
      title: task.title,
      description: task.description,
      status: task.status,
      phase: task.phase,
      priority: task.priority,
      execution_order: task.executionOrder,
      agent_type: task.agentType,
      assigned_agent: task.assignedAgent,
      blocked_reason: task.blockedReason,
      created_at: task.createdAt,
      started_at: task.startedAt,
      completed_at: task.completedAt,
      feature_key: feature?.key ?? null,
      epic_key: feature?.epic?.key ?? null,
      depends_on: dependencies.map(dependencyJson),
      open_session: activeSession === null ? null : sessionJson(activeSession),
      session_count: sessions.totalCount,
      sessions: sessions.nodes.map(sessionJson),
      notes: snakeCased(notes),
    }),
    text: () =>
      [
        `${palette.heading(task.key)}  ${plain(task.title)}  (${plain(task.status)})`,
        ...(task.description === null ? [] : ['', plain(task.description)]),
        '',
        ...fieldLines(task),
        '',
        ...(sessions.nodes.length === 0
          ? ['No sessions yet.']
          : [sessionsOfTask(sessions.nodes, palette), '', sessionCount(task)]),
        ...(notes.length === 0 ? [] : ['', notesTable(notes, palette)]),
      ].join('\n'),
  });
}

/** Returns one line for each field of the task that has a value. */
function fieldLines(task: TaskDetails): string[] {
  const { feature, activeSession, dependencies } = task;
  const fields: (readonly [name: string, value: string | null])[] = [
    ['Epic', feature?.epic ? `${feature.epic.key}  ${feature.epic.title}` : null],
    ['Feature', feature === null ? null : `${feature.key}  ${feature.title}`],
    ['Phase', task.phase],
    ['Priority', String(task.priority)],
    ['Order', task.executionOrder === null ? null : String(task.executionOrder)],
    ['For', task.agentType],
    [
      'Agent',
      activeSession === null
        ? task.assignedAgent
        : `${activeSession.agentId}, since ${timeText(activeSession.startedAt)} UTC, in ${activeSession.id}`,
    ],
    ['Blocked', task.blockedReason],
    ['Needs', dependencies.length === 0 ? null : dependencies.map(dependencyText).join(', ')],
    ['Created', task.createdAt === null ? null : `${timeText(task.createdAt)} UTC`],
    ['Completed', task.completedAt === null ? null : `${timeText(task.completedAt)} UTC`],
  ];
  return fields.flatMap(([name, value]) =>
    value === null ? [] : [`${`${name}:`.padEnd(11)}${plain(value)}`],
  );
}

function dependencyText({ key, status, state }: DependencyPartsFragment): string {
  return `${key} (${state === 'SELF' ? 'the task itself' : (status ?? 'does not exist')})`;
}

function sessionCount({ key, sessions: { totalCount, nodes } }: TaskDetails): string {
  return totalCount > nodes.length
    ? `The latest ${nodes.length} of ${totalCount} sessions. shark task sessions ${plain(key)} lists all`
    : counted(totalCount, 'session');
}
