import type { TaskAge } from '../../domain/analytics/aging.ts';
import { checkTaskFilter } from '../../domain/tasks/filter.ts';
import type { StoredTask } from '../../domain/tasks/task.ts';
import { isPause } from '../../domain/workflow/status-names.ts';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import { withExistingNames } from '../filter-names.ts';
import { fullHistoryScan } from '../limits/complexity.ts';
import { Task, TaskSession } from '../node-types.ts';
import { connection, pageOf } from '../pagination/connection.ts';
import { countOpenTasks, findOpenTasks } from '../pagination/open-task-pages.ts';
import { activeSession } from './descriptions.ts';
import { TaskFilter } from './task.ts';

const fromTaskAge =
  <Field extends keyof TaskAge>(field: Field) =>
  async ({ id }: { id: number }, _arguments: object, { loaders }: Pick<Context, 'loaders'>) =>
    (await loaders.taskAge.load(id))?.[field] ?? null;

const AgingTask = builder.objectRef<StoredTask>('AgingTask');

builder.node(AgingTask, {
  id: {
    resolve: ({ id }) => id,
    description:
      'The globally unique ID of this row, for example `AgingTask:7`. It works only with the query `node`. Elsewhere, use the task key.',
  },
  description: 'An incomplete task, its age, and how unusual this age is.',
  async loadWithoutCache(id, { loaders }) {
    const task = await loaders.task.load(Number(id));
    // Copy the task. Pothos remembers the type of an object, and the same request can also load the object as `Task`.
    return task === null ? null : { ...task };
  },
  fields: (t) => ({
    task: t.field({ type: Task, description: 'The task.', resolve: (task) => task }),
    ageMinutes: t.float({
      nullable: true,
      description: 'The minutes since the task was created. Null if the database has no valid creation time.',
      resolve: fromTaskAge('ageMinutes'),
    }),
    phase: t.string({
      nullable: true,
      description:
        'The current workflow phase of the task. If the task is `blocked` or `on_hold`, its previous phase. `any` if the status belongs to no phase. Null if the workflow does not define the status.',
      resolve: fromTaskAge('phase'),
    }),
    phaseMinutes: t.float({
      nullable: true,
      description:
        'The minutes since the task entered its current phase, including waiting and blocked time. Null if `phase` is null or this time is unknown.',
      resolve: fromTaskAge('phaseMinutes'),
    }),
    percentile: t.float({
      nullable: true,
      description:
        'The percentage of ended sessions in this phase that took at most `phaseMinutes` (0 to 100, one decimal). Check the task if the value is 85 or more. A long wait also raises the value. Null if no session has ended in the phase.',
      resolve: fromTaskAge('percentile'),
    }),
    isPaused: t.boolean({
      description: 'Whether the task is `blocked` or `on_hold`, so that no agent can work on it.',
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
  t.connection(
    {
      type: AgingTask,
      authScopes: { atLeast: 'viewer' },
      extensions: fullHistoryScan,
      description: 'Lists the incomplete tasks, oldest first. Tasks with an unknown status are included.',
      args: {
        filter: t.arg({
          type: TaskFilter,
          description: 'Which tasks to return. Default: all tasks that are not complete.',
        }),
        startedOnly: t.arg.boolean({
          defaultValue: false,
          required: true,
          description:
            '`true`: only tasks on which work has started, even if no agent works on them now. `false`: also tasks without any work.',
        }),
      },
      async resolve(_root, page, context, info) {
        const filter = await withExistingNames(checkTaskFilter(page.filter ?? {}), context);
        const selection = { filter, startedOnly: page.startedOnly };
        return pageOf(page, info, {
          load: (take) => findOpenTasks(take, page, selection, context),
          totalCount: () => countOpenTasks(selection, context),
        });
      },
    },
    AgingTaskConnection,
  ),
);
