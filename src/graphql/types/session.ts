import type { GraphQLResolveInfo } from 'graphql';
import { readOwnTime } from '../../db/sqlite/database-time.ts';
import { outcomes } from '../../shared/outcomes.ts';
import { sessionFilterFields } from '../../domain/sessions/filter-fields.ts';
import { checkSessionFilter } from '../../domain/sessions/filter.ts';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import { longText } from '../limits/complexity.ts';
import { withExistingNames } from '../filter-names.ts';
import { sessionId } from './descriptions.ts';
import { Task, TaskSession } from '../node-types.ts';
import { connection, pageOf } from '../pagination/connection.ts';
import { fieldsOfItems } from '../pagination/requested-items.ts';
import { countSessions, findSessions } from '../pagination/session-pages.ts';

export const SessionOutcome = builder.enumType('SessionOutcome', {
  description: 'How a session ended.',
  values: {
    COMPLETED: {
      value: 'completed',
      description: 'The agent finished the work, and the task moved to its next status.',
    },
    REJECTED: {
      value: 'rejected',
      description: 'The agent rejected the work on the task, and the task moved back for rework.',
    },
    BLOCKED: {
      value: 'blocked',
      description: 'The work could not continue, and the task moved to the status `blocked`.',
    },
    ABANDONED: {
      value: 'abandoned',
      description: 'The session was closed without a result, usually because the agent no longer responded.',
    },
  } as const,
});

/** The names of the details that a `BriefSession` can lack, by GraphQL field. */
const details = {
  agentType: 'agentType',
  claimedFromStatus: 'claimedFrom',
  lastHeartbeatAt: 'lastHeartbeatAt',
  notes: 'notes',
} as const;

/** Whether the client requests a field that a `BriefSession` can lack. */
export function requestsSessionDetails(info: GraphQLResolveInfo): boolean {
  const requested = fieldsOfItems(info);
  return Object.keys(details).some((name) => requested.has(name));
}

/** Resolves a detail. Reads it from the database if the session lacks it. */
export function sessionDetail<Name extends (typeof details)[keyof typeof details]>(name: Name) {
  return (
    session: typeof TaskSession.$inferType,
    _arguments: object,
    { loaders }: Pick<Context, 'loaders'>,
  ) => {
    const { id, [name]: value } = session;
    if (value !== undefined) return value;
    return loaders.session.load(id).then((found) => {
      if (found === null) throw new Error(`Session ${id} was deleted`);
      return found[name];
    });
  };
}

builder.node(TaskSession, {
  id: {
    resolve: ({ id }) => id,
    description:
      'The globally unique ID of the session, for example `TaskSession:42`. Pass this ID to mutations as `sessionId`.',
  },
  description:
    'The work of one agent on one task, from the claim until the work is finished, rejected, blocked or abandoned. A closed session is never changed or deleted.',
  loadWithoutCache: (id, { loaders }) => loaders.session.load(Number(id)),
  fields: (t) => ({
    task: t.field({
      type: Task,
      description: 'The task of the session.',
      resolve({ id, taskId, task }, _arguments, { loaders }) {
        const existing = <Found>(found: Found | null): Found => {
          if (found === null) throw new Error(`The task of session ${id} was deleted`);
          return found;
        };
        return task === undefined ? loaders.task.load(taskId).then(existing) : existing(task);
      },
    }),
    agentId: t.exposeString('agentId', {
      description: 'The ID of the agent that claimed the task, for example `backend-1`.',
    }),
    agentType: t.string({
      nullable: true,
      resolve: sessionDetail('agentType'),
      description:
        'The type that the agent named in the claim, for example `backend`. Null if the claim named no type.',
    }),
    phase: t.exposeString('phase', {
      description:
        'The workflow phase of the task at the claim, for example `review`. It never changes. `any` if the status belonged to no phase.',
    }),
    claimedFromStatus: t.string({
      resolve: sessionDetail('claimedFrom'),
      description:
        'The status of the task before the claim. If the session is abandoned, the task returns to this status.',
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When the task was claimed.' }),
    lastHeartbeatAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: sessionDetail('lastHeartbeatAt'),
      description:
        'When the agent most recently called `heartbeatSession` for this session. Null if the agent never called it.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the session was closed. Null while the session is open.',
    }),
    outcome: t.field({
      type: SessionOutcome,
      nullable: true,
      description: 'How the session ended. Null while the session is open.',
      resolve: (session) => outcomes.find((outcome) => outcome === session.outcome) ?? null,
    }),
    notes: t.string({
      nullable: true,
      extensions: longText,
      resolve: sessionDetail('notes'),
      description:
        'What the agent did, or why the work was rejected, blocked or abandoned. Null if the session is open or no text was given.',
    }),
    durationMinutes: t.exposeFloat('durationMinutes', {
      nullable: true,
      description: 'The length of the session in minutes, from start to end. Null while the session is open.',
    }),
    elapsedMinutes: t.float({
      description:
        'The minutes since the start of an open session. For a closed session, the same as `durationMinutes`.',
      resolve({ durationMinutes, startedAt }, _arguments, { clock }) {
        if (durationMinutes !== null) return durationMinutes;
        const start = typeof startedAt === 'string' ? readOwnTime(startedAt) : startedAt;
        return Math.round((clock.now().getTime() - start.getTime()) / 60) / 1_000;
      },
    }),
    isActive: t.boolean({
      description: 'Whether the session is open.',
      resolve: (session) => session.endedAt === null,
    }),
  }),
});

export const TaskSessionConnection = connection(TaskSession, 'TaskSession', 'sessions');

type InputFieldBuilder = PothosSchemaTypes.InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>;

/** Converts the session filter to fields of a GraphQL input type. */
export function sessionFilterInputs(t: InputFieldBuilder) {
  return sessionFilterFields({
    text: ({ description }) => t.string({ description }),
    outcome: ({ description }) => t.field({ type: SessionOutcome, description }),
    flag: ({ description }) => t.boolean({ description }),
    duration: ({ description }) => t.field({ type: 'Duration', description }),
    instant: ({ description }) => t.field({ type: 'DateTime', description }),
  });
}

export const SessionFilter = builder.inputType('SessionFilter', {
  description: 'Selects sessions. A session must match every field that you pass.',
  fields: sessionFilterInputs,
});

const SessionOrderField = builder.enumType('SessionOrderField', {
  description: 'The fields by which a list of sessions can be sorted.',
  values: {
    STARTED_AT: {
      value: 'startedAt',
      description: 'Sort by the time when the session started.',
    },
  } as const,
});

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'The direction in which a list is sorted.',
  values: {
    ASC: { value: 'asc', description: 'Sort in ascending order: smallest or earliest first.' },
    DESC: { value: 'desc', description: 'Sort in descending order: largest or latest first.' },
  } as const,
});

const SessionOrder = builder.inputType('SessionOrder', {
  description: 'How a list of sessions is sorted.',
  fields: (t) => ({
    field: t.field({ type: SessionOrderField, required: true, description: 'The field to sort by.' }),
    direction: t.field({
      type: OrderDirection,
      required: true,
      description: 'The direction in which to sort.',
    }),
  }),
});

builder.queryFields((t) => ({
  session: t.field({
    type: TaskSession,
    nullable: true,
    authScopes: { atLeast: 'viewer' },
    description: 'Returns the session with this ID. Null if no session has this ID.',
    args: { id: t.arg.globalID({ for: TaskSession, required: true, description: sessionId }) },
    resolve: (_root, { id }, { loaders }) => loaders.session.load(Number(id.id)),
  }),
  sessions: t.connection(
    {
      type: TaskSession,
      authScopes: { atLeast: 'viewer' },
      description: 'Lists sessions. By default, the most recently started session comes first.',
      args: {
        filter: t.arg({ type: SessionFilter, description: 'Which sessions to return. Default: all.' }),
        orderBy: t.arg({
          type: SessionOrder,
          description: 'How to sort the sessions. Default: most recently started first.',
        }),
      },
      async resolve(_root, page, context, info) {
        const filter = await withExistingNames(checkSessionFilter(page.filter ?? {}), context);
        const order = { orderBy: 'startedAt', ascending: page.orderBy?.direction === 'asc' } as const;
        const withTasks = fieldsOfItems(info).has('task');
        return pageOf(page, info, {
          load: (take) => findSessions(take, page, { filter, ...order, withTasks }, context),
          totalCount: () => countSessions(filter, context),
        });
      },
    },
    TaskSessionConnection,
  ),
}));
