import { isoTime } from '../../db/sqlite/database-time.ts';
import { checkTaskKey } from '../../domain/input.ts';
import { dependencyKeys, findDependencies } from '../../domain/tasks/dependencies.ts';
import { checkTaskFilter } from '../../domain/tasks/filter.ts';
import { taskByKey, taskCount } from '../../domain/tasks/lookups.ts';
import { findNextTask } from '../../domain/tasks/next-task.ts';
import { longText } from '../limits/complexity.ts';
import { builder } from '../builder.ts';
import { withExistingNames } from '../filter-names.ts';
import { Feature, Task, TaskSession } from '../node-types.ts';
import { connection, pageOf } from '../pagination/connection.ts';
import { inListOrder, positionAfter } from '../pagination/page.ts';
import { findTasks } from '../pagination/task-pages.ts';
import { activeSession, handOutOrder, noTime } from './descriptions.ts';
import { HistoryEntry } from './history-entry.ts';
import { requestsSessionDetails, TaskSessionConnection } from './session.ts';
import { SessionSummary } from './session-summary.ts';
import { TaskDependency } from './task-dependency.ts';
import { TaskFlow } from './task-flow.ts';
import { TaskNote } from './task-note.ts';

/** A change of a task returns times. A list returns them as the database stores them. */
function timeOf(time: Date | string | null): Date | string | null {
  return time instanceof Date ? time : isoTime(time);
}

builder.node(Task, {
  id: {
    resolve: ({ id }) => id,
    description:
      'The globally unique ID of the task, for example `Task:7`. It works only with the query `node`. Elsewhere, use the task key.',
  },
  description: 'A work item that moves through the statuses of the workflow.',
  loadWithoutCache: (id, { loaders }) => loaders.task.load(Number(id)),
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The key of the task, for example `T-E07-F20-001`.' }),
    title: t.exposeString('title', { description: 'The title of the task.' }),
    description: t.exposeString('description', {
      extensions: longText,
      nullable: true,
      description: 'The full description of the task. Null if the task has no description.',
    }),
    status: t.exposeString('status', {
      description: 'The current status of the task, for example `in_development`.',
    }),
    phase: t.string({
      nullable: true,
      description:
        'The workflow phase of the current status, for example `development`. `any` if the status belongs to no phase. Null if the workflow does not define the status.',
      resolve: ({ status }, _arguments, { workflow }) => workflow.statuses.get(status)?.phase ?? null,
    }),
    priority: t.exposeInt('priority', {
      description: 'The priority of the task, from 1 (most urgent) to 10 (least urgent).',
    }),
    executionOrder: t.exposeInt('executionOrder', {
      nullable: true,
      description:
        'The planned position of the task. `claimNextTask` chooses lower numbers first, and tasks without a position last. Null if there is no position.',
    }),
    agentType: t.exposeString('agentType', {
      nullable: true,
      description: 'The planned type of agent, for example `backend`. Null if no type is planned.',
    }),
    assignedAgent: t.exposeString('assignedAgent', {
      nullable: true,
      description: 'The ID of the agent that works on the task now. Null if no agent works on the task.',
    }),
    dependsOn: t.stringList({
      description:
        'The keys of other tasks. `claimNextTask` skips this task until they have ended. If one of them was cancelled or does not exist, the claim warns.',
      resolve: ({ dependsOn }) => dependencyKeys(dependsOn),
    }),
    dependencies: t.field({
      type: [TaskDependency],
      description: 'The tasks on which this task depends, with their statuses, sorted by key.',
      resolve: (task, _arguments, { loaders, workflow }) =>
        findDependencies(workflow, task, (key) => loaders.taskStatus.load(key)),
    }),
    blockedReason: t.exposeString('blockedReason', {
      extensions: longText,
      nullable: true,
      description: 'Why the task is blocked. Null if the task is not blocked.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: `When the task was created. ${noTime}`,
      resolve: ({ createdAt }) => timeOf(createdAt),
    }),
    updatedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: `When the task was most recently changed. ${noTime}`,
      async resolve({ id, updatedAt }, _arguments, { loaders }) {
        const current = updatedAt === undefined ? (await loaders.task.load(id))?.updatedAt : updatedAt;
        if (current === undefined) throw new Error(`Task ${id} was deleted after it was changed`);
        return timeOf(current);
      },
    }),
    startedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When work on the task started for the first time. Null if work has not started.',
      resolve: ({ startedAt }) => timeOf(startedAt),
    }),
    completedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the task was most recently completed or cancelled. Null if the task was never completed or cancelled.',
      resolve: ({ completedAt }) => timeOf(completedAt),
    }),
    feature: t.field({
      type: Feature,
      nullable: true,
      resolve: ({ featureId }, _arguments, { loaders }) => loaders.feature.load(featureId),
      description: 'The feature that the task belongs to. Null if another program deleted that feature.',
    }),
    sessions: t.connection(
      {
        type: TaskSession,
        description: 'All sessions of the task, most recently started first.',
        resolve: ({ id }, page, { loaders }, info) =>
          pageOf(page, info, {
            async load(take) {
              const position = await positionAfter(page, (cursor) => loaders.session.load(cursor));
              const sessions = await loaders.sessionsOfTask.load({
                id,
                after: position && { id: position.id, at: position.startedAt },
                atMost: Math.abs(take),
                backward: take < 0,
                brief: !requestsSessionDetails(info),
              });
              return inListOrder(take, sessions);
            },
            totalCount: () => loaders.sessionCount.load(id),
          }),
      },
      TaskSessionConnection,
    ),
    activeSession: t.field({
      type: TaskSession,
      nullable: true,
      description: activeSession,
      resolve: ({ id }, _arguments, { loaders }) => loaders.activeSession.load(id),
    }),
    sessionSummary: t.field({
      type: SessionSummary,
      description: 'Totals over all sessions of the task.',
      resolve: ({ id }, _arguments, { loaders }) => loaders.sessionSummary.load(id),
    }),
    flow: t.field({
      type: TaskFlow,
      nullable: true,
      description: 'How the task spent its time. Null if the task was deleted while the query was running.',
      resolve: ({ id }, _arguments, { loaders }) => loaders.taskTimeline.load(id),
    }),
    history: t.field({
      type: [HistoryEntry],
      description: 'All status changes of the task, oldest first.',
      resolve: ({ id }, _arguments, { loaders }) => loaders.history.load(id),
    }),
    notes: t.field({
      type: [TaskNote],
      description: 'All notes on the task, including the reasons of rejections, oldest first.',
      resolve: ({ id }, _arguments, { loaders }) => loaders.notes.load(id),
    }),
  }),
});

export const TaskConnection = connection(Task, 'Task', 'tasks');

export const TaskFilter = builder.inputType('TaskFilter', {
  description: 'Selects tasks. A task must match every field that you pass.',
  fields: (t) => ({
    status: t.string({ description: 'Only tasks in this status, for example `ready_for_development`.' }),
    phase: t.string({
      description: 'Only tasks whose status belongs to this workflow phase, for example `review`.',
    }),
    epicKey: t.string({ description: 'Only tasks in the epic with this key, for example `E07`.' }),
    featureKey: t.string({ description: 'Only tasks in the feature with this key, for example `E07-F20`.' }),
    agentType: t.string({ description: 'Only tasks planned for this type of agent, for example `backend`.' }),
  }),
});

builder.queryFields((t) => ({
  task: t.field({
    type: Task,
    nullable: true,
    authScopes: { atLeast: 'viewer' },
    description: 'Returns the task with this key. Null if no task has this key.',
    args: {
      key: t.arg.string({
        required: true,
        description:
          'The key of the task. Upper and lower case, the prefix `T-` and words after the number do not matter: `T-E07-F20-001` is the same as `e07-f20-001-login-form`.',
      }),
    },
    resolve: (_root, { key }, { read }) => taskByKey(read, checkTaskKey(key, 'key')),
  }),
  tasks: t.connection(
    {
      type: Task,
      authScopes: { atLeast: 'viewer' },
      description: 'Lists tasks, sorted by key.',
      args: { filter: t.arg({ type: TaskFilter, description: 'Which tasks to return. Default: all.' }) },
      async resolve(_root, page, context, info) {
        const filter = await withExistingNames(checkTaskFilter(page.filter ?? {}), context);
        return pageOf(page, info, {
          load: (take) => findTasks(take, page, filter, context),
          totalCount: () => taskCount(context.read, context.workflow, filter),
        });
      },
    },
    TaskConnection,
  ),
  nextTask: t.field({
    type: Task,
    nullable: true,
    authScopes: { atLeast: 'viewer' },
    description: `The task that \`claimNextTask\` would choose now. Null if no task is available. ${handOutOrder} This query does not reserve the task: another agent can still claim it.`,
    args: {
      agentType: t.arg.string({
        description: 'Only tasks for this type of agent, for example `backend`. Default: all tasks.',
      }),
      epicKey: t.arg.string({
        description: 'Only tasks in the epic with this key, for example `E07`. Default: all epics.',
      }),
    },
    resolve: async (_root, { agentType, epicKey }, context) => {
      const { read, workflow, database, loaders } = context;
      const filter = await withExistingNames(checkTaskFilter({ agentType, epicKey }), context);
      const id = await findNextTask(read, workflow, filter, database.tables);
      return id === null ? null : loaders.task.load(id);
    },
  }),
}));
