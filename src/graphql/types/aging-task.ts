import type { TaskAge } from '../../domain/analytics/aging.ts';
import { isPause } from '../../domain/workflow/status-names.ts';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import { fullHistoryScan } from '../limits/complexity.ts';
import { connection } from '../pagination/connection.ts';
import { countOpenTasks, findOpenTasks } from '../pagination/open-task-pages.ts';
import { activeSession } from './descriptions.ts';
import { TaskSession } from './session.ts';
import { TaskFilter } from './task.ts';

const fromTaskAge =
  <Field extends keyof TaskAge>(field: Field) =>
  async ({ id }: { id: number }, _arguments: object, { loaders }: Pick<Context, 'loaders'>) =>
    (await loaders.taskAge.load(id))?.[field] ?? null;

const AgingTask = builder.prismaNode('Task', {
  variant: 'AgingTask',
  nullable: true,
  id: {
    field: 'id',
    description:
      'The globally unique ID of this row, for example `AgingTask:7`. Only `node` takes it; everywhere else, use the key of the task.',
  },
  description: 'A task that is not complete, with its age and whether that age is unusual.',
  select: { id: true },
  fields: (t) => ({
    task: t.variant('Task', { description: 'The task.' }),
    ageMinutes: t.float({
      nullable: true,
      description: 'The minutes since the task was created. Null if the database has no valid time for it.',
      resolve: fromTaskAge('ageMinutes'),
    }),
    phase: t.string({
      nullable: true,
      description:
        'The current workflow phase of the task. While a task is `blocked` or `on_hold`, it stays in the phase before that. `any` if its status belongs to no phase. Null if the workflow does not define its status.',
      resolve: fromTaskAge('phase'),
    }),
    phaseMinutes: t.float({
      nullable: true,
      description:
        'The minutes since the task last entered its phase, including waiting and blocked time. Null if `phase` is null, or if the database has no valid time for it.',
      resolve: fromTaskAge('phaseMinutes'),
    }),
    percentile: t.float({
      nullable: true,
      description:
        'How unusual `phaseMinutes` is: the share of ended sessions in this phase that took no longer than `phaseMinutes`, in percent (0 to 100, one decimal). A value of 85 or more deserves attention. Sessions contain no waiting time, so a long wait in a queue also leads to a high value. Null if no session has ended in the phase.',
      resolve: fromTaskAge('percentile'),
    }),
    isPaused: t.boolean({
      description: 'Whether the task is `blocked` or `on_hold`, so that no agent can work on it.',
      select: { status: true },
      resolve: ({ status }) => isPause(status),
    }),
    activeSession: t.field({
      type: TaskSession,
      nullable: true,
      description: activeSession,
      resolve: ({ id }, _arguments, { loaders }) => loaders.activeSession.load(id),
    }),
  }),
});

const AgingTaskConnection = connection(AgingTask, 'AgingTask', 'tasks that are not complete');

builder.queryField('agingWork', (t) =>
  t.prismaConnection(
    {
      type: AgingTask,
      cursor: 'id',
      authScopes: { atLeast: 'viewer' },
      extensions: fullHistoryScan,
      description:
        'Lists the tasks that are not complete, the one that was created first at the top. Tasks in a status that the workflow does not define are included.',
      args: {
        filter: t.arg({
          type: TaskFilter,
          description: 'Which tasks to return. Default: all tasks that are not complete.',
        }),
        startedOnly: t.arg.boolean({
          defaultValue: false,
          required: true,
          description:
            '`true`: only tasks on which work has started, whether an agent works on them now or not. `false`: also tasks on which work has not started.',
        }),
      },
      totalCount: (_connection, { filter, startedOnly }, context) =>
        countOpenTasks({ filter: filter ?? {}, startedOnly }, context),
      resolve: (query, _root, page, context) =>
        findOpenTasks(query, page, { filter: page.filter ?? {}, startedOnly: page.startedOnly }, context),
    },
    AgingTaskConnection,
  ),
);
