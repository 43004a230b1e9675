import { isPause } from '../../domain/workflow/status-names.ts';
import { builder } from '../builder.ts';
import { readsHistory } from '../limits/complexity.ts';
import { connection } from '../pagination/connection.ts';
import { countOpenTasks, findOpenTasks } from '../pagination/open-task-pages.ts';
import { TaskSession } from './session.ts';
import { TaskFilter } from './task.ts';

const AgingTask = builder.prismaNode('Task', {
  variant: 'AgingTask',
  nullable: true,
  id: { field: 'id', description: 'Names this row for `node`. Everywhere else a task goes by its key.' },
  description: 'A task that is not over, how old it is, and whether that is unusual.',
  select: { id: true },
  fields: (t) => ({
    task: t.variant('Task', { description: 'The task.' }),
    ageMinutes: t.float({
      nullable: true,
      description:
        'Minutes since the task was created; null when no time that was written down for it can be read.',
      resolve: async ({ id }, _arguments, { loaders }) =>
        (await loaders.taskAge.load(id))?.ageMinutes ?? null,
    }),
    phase: t.string({
      nullable: true,
      description:
        'The phase that it is in. A task that is blocked or on hold is still in the one that it was in before. Null when the workflow does not know its status.',
      resolve: async ({ id }, _arguments, { loaders }) => (await loaders.taskAge.load(id))?.phase ?? null,
    }),
    phaseMinutes: t.float({
      nullable: true,
      description:
        'Minutes since it last entered its phase, with all waiting and all pauses in it; null when it is in none, or no time can be read.',
      resolve: async ({ id }, _arguments, { loaders }) =>
        (await loaders.taskAge.load(id))?.phaseMinutes ?? null,
    }),
    percentile: t.float({
      nullable: true,
      description:
        'How many of 100 sessions that have ended in this phase took no longer than this task has been in it, with one decimal. From 85 on it deserves a look. Sessions are pure work: a task that waits long in a queue gets to 100, too. Null when no session has ended in the phase.',
      resolve: async ({ id }, _arguments, { loaders }) =>
        (await loaders.taskAge.load(id))?.percentile ?? null,
    }),
    isPaused: t.boolean({
      description: 'Whether it is blocked or on hold, so that no agent can go on with it.',
      select: { status: true },
      resolve: ({ status }) => isPause(status),
    }),
    activeSession: t.field({
      type: TaskSession,
      nullable: true,
      description: 'The session of the agent that works on it now; null when nobody does.',
      resolve: ({ id }, _arguments, { loaders }) => loaders.activeSession.load(id),
    }),
  }),
});

const AgingTaskConnection = connection(AgingTask, 'AgingTask', 'tasks that are not over');

builder.queryField('agingWork', (t) =>
  t.prismaConnection(
    {
      type: AgingTask,
      cursor: 'id',
      authScopes: { atLeast: 'viewer' },
      extensions: readsHistory,
      description:
        'The work that is not finished, the oldest first: every task in a status that does not complete it, also where the workflow does not know the status.',
      args: {
        filter: t.arg({ type: TaskFilter, description: 'Which tasks; all that are not over when left out.' }),
        startedOnly: t.arg.boolean({
          defaultValue: false,
          required: true,
          description:
            '`true`: only tasks that somebody has begun to work on, whether they are being worked on now or wait for more. Without it, tasks that nobody has touched are in the list as well.',
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
