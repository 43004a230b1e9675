import { checkEpicKey, checkOptionalText, checkTaskKey, limits } from '../../domain/input.ts';
import { dependencyKeys } from '../../domain/tasks/dependencies.ts';
import { tasksWhere } from '../../domain/tasks/filter.ts';
import { findNextTask } from '../../domain/tasks/next-task.ts';
import { builder } from '../builder.ts';
import { connection } from '../pagination/connection.ts';
import { positionAfter } from '../pagination/page.ts';
import { TaskSession, TaskSessionConnection } from './session.ts';
import { SessionSummary } from './session-summary.ts';
import { TaskFlow } from './task-flow.ts';

export const Task = builder.prismaNode('Task', {
  nullable: true,
  id: { field: 'id', description: 'Names this task for `node`. Everywhere else a task goes by its key.' },
  description: 'A piece of work that moves through the workflow.',
  // Only what is asked for is read: databases of some ages lack columns that this one has.
  select: { id: true },
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The key people use, for example `T-E07-F20-001`.' }),
    title: t.exposeString('title', { description: 'What is to be done, in a line.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What is to be done, at length.',
    }),
    status: t.exposeString('status', {
      description: 'Where the task stands in the workflow, for example `in_development`.',
    }),
    phase: t.string({
      nullable: true,
      description: 'The phase that its status belongs to; null when the workflow does not know the status.',
      select: { status: true },
      resolve: ({ status }, _arguments, { workflow }) => workflow.statuses.get(status)?.phase ?? null,
    }),
    priority: t.exposeInt('priority', { description: 'From 1, the most urgent, to 10.' }),
    executionOrder: t.exposeInt('executionOrder', {
      nullable: true,
      description:
        'The place in a planned order; tasks that have one are handed out before those that have none.',
    }),
    agentType: t.exposeString('agentType', {
      nullable: true,
      description: 'The kind of agent the task was planned for.',
    }),
    assignedAgent: t.exposeString('assignedAgent', {
      nullable: true,
      description: 'The agent that holds the task now.',
    }),
    dependsOn: t.stringList({
      description: 'The keys of the tasks that have to be finished before this one is handed out.',
      select: { dependsOn: true },
      resolve: ({ dependsOn }) => dependencyKeys(dependsOn),
    }),
    blockedReason: t.exposeString('blockedReason', {
      nullable: true,
      description: 'What keeps the work from going on.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the task was created.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When anything about the task changed last.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When work on it first began.',
    }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it reached its end.',
    }),
    feature: t.relation('feature', {
      nullable: true,
      description:
        'The feature it belongs to; null where another program deleted the feature and left the task.',
    }),
    sessions: t.relatedConnection(
      'sessions',
      {
        cursor: 'id',
        totalCount: true,
        description: 'All segments of work on this task, most recent first.',
        query: { orderBy: [{ startedAt: 'desc' }, { id: 'desc' }] },
      },
      TaskSessionConnection,
    ),
    activeSession: t.field({
      type: TaskSession,
      nullable: true,
      description: 'The session of the agent that works on it now; null when nobody does.',
      resolve: ({ id }, _arguments, { loaders }) => loaders.activeSession.load(id),
    }),
    sessionSummary: t.field({
      type: SessionSummary,
      description: 'What all its sessions add up to.',
      resolve: ({ id }, _arguments, { loaders }) => loaders.sessionSummary.load(id),
    }),
    flow: t.field({
      type: TaskFlow,
      nullable: true,
      description:
        'Where its time went: what it waited, what it was worked on, and what it stood still. Null when the task has been deleted a moment ago.',
      resolve: ({ id }, _arguments, { loaders }) => loaders.taskTimeline.load(id),
    }),
    history: t.relation('history', {
      description: 'Every change of its status, oldest first.',
      query: { orderBy: { id: 'asc' } },
    }),
    notes: t.relation('notes', {
      description: 'What people and agents wrote down about it, oldest first; rejections are among them.',
      query: { orderBy: { id: 'asc' } },
    }),
  }),
});

export const TaskConnection = connection(Task, 'Task', 'tasks');

export const TaskFilter = builder.inputType('TaskFilter', {
  description:
    'Which tasks. Everything that is given has to hold; what is left out does not narrow the choice.',
  fields: (t) => ({
    status: t.string({ description: 'Tasks in this status, for example `ready_for_development`.' }),
    phase: t.string({ description: 'Tasks whose status belongs to this phase, for example `review`.' }),
    epicKey: t.string({ description: 'Tasks of this epic, for example `E07`.' }),
    featureKey: t.string({ description: 'Tasks of this feature, for example `E07-F20`.' }),
    agentType: t.string({ description: 'Tasks planned for this kind of agent.' }),
  }),
});

builder.queryFields((t) => ({
  task: t.prismaField({
    type: 'Task',
    nullable: true,
    authScopes: { atLeast: 'viewer' },
    description: 'One task; null when there is none with this key.',
    args: {
      key: t.arg.string({
        required: true,
        description:
          'The key of the task. `T-E07-F20-001`, `e07-f20-001` and a slug behind it are all understood.',
      }),
    },
    resolve: (query, _root, { key }, { read }) =>
      read.task.findUnique({ ...query, where: { key: checkTaskKey(key, 'key') } }),
  }),
  tasks: t.prismaConnection(
    {
      type: 'Task',
      cursor: 'id',
      authScopes: { atLeast: 'viewer' },
      description: 'Tasks, in the order of their keys.',
      args: { filter: t.arg({ type: TaskFilter, description: 'Which tasks; all when left out.' }) },
      totalCount: (_connection, { filter }, { read, workflow }) =>
        read.task.count({ where: tasksWhere(workflow, filter ?? {}) }),
      resolve: async (query, _root, page, { read, workflow }) => {
        const place = await positionAfter(page, (id) =>
          read.task.findUnique({ where: { id }, select: { key: true } }),
        );
        const after = place === undefined ? {} : { key: { [query.take > 0 ? 'gt' : 'lt']: place.key } };
        return read.task.findMany({
          ...query,
          cursor: undefined,
          skip: 0,
          where: { AND: [tasksWhere(workflow, page.filter ?? {}), after] },
          orderBy: { key: 'asc' },
        });
      },
    },
    TaskConnection,
  ),
  nextTask: t.prismaField({
    type: 'Task',
    nullable: true,
    authScopes: { atLeast: 'viewer' },
    description:
      'The task that would be handed out next; null when there is no work. Work that was sent back comes first, then the planned order, then priority, then what has waited longest. Looking reserves nothing.',
    args: {
      agentType: t.arg.string({
        description: 'Only work that this kind of agent may do; any work when left out.',
      }),
      epicKey: t.arg.string({ description: 'Only work in this epic, for example `E07`.' }),
    },
    resolve: async (query, _root, { agentType, epicKey }, { read, workflow, database }) => {
      const id = await findNextTask(
        read,
        workflow,
        {
          agentType: checkOptionalText('agentType', agentType, limits.agent),
          epicKey: typeof epicKey === 'string' ? checkEpicKey(epicKey) : null,
        },
        database.tables.hasTaskSessions,
      );
      return id === null ? null : read.task.findUnique({ ...query, where: { id } });
    },
  }),
}));
