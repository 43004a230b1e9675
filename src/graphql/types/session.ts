import { outcomes } from '../../domain/sessions/close-session.ts';
import { sessionFilterFields } from '../../domain/sessions/filter-fields.ts';
import { builder } from '../builder.ts';
import { connection } from '../pagination/connection.ts';
import { countSessions, findSessions } from '../pagination/session-pages.ts';

export const SessionOutcome = builder.enumType('SessionOutcome', {
  description: 'How a session ended.',
  values: {
    COMPLETED: { value: 'completed', description: 'The agent finished its work and the task moved on.' },
    REJECTED: { value: 'rejected', description: 'The work was sent back.' },
    BLOCKED: { value: 'blocked', description: 'Something outside kept the work from going on.' },
    ABANDONED: {
      value: 'abandoned',
      description: 'The agent gave no sign of life and the claim was taken back.',
    },
  } as const,
});

export const TaskSession = builder.prismaNode('TaskSession', {
  nullable: true,
  id: { field: 'id', description: 'Names this session wherever a `sessionId` is asked for.' },
  description:
    'One segment of work on a task by one agent. Opened by a claim; closed by finish, reject, block or abandon. Never edited afterwards, never deleted.',
  fields: (t) => ({
    task: t.relation('task', { description: 'The task that was worked on.' }),
    agentId: t.exposeString('agentId', { description: 'The agent that claimed the task.' }),
    agentType: t.exposeString('agentType', {
      nullable: true,
      description: 'The kind of agent, as given at the claim; null when none was given.',
    }),
    phase: t.exposeString('phase', {
      description: 'The phase of the workflow in which the work was done, as it was at the claim.',
    }),
    claimedFromStatus: t.exposeString('claimedFrom', {
      description:
        'The status the task waited in when it was claimed; abandoning the session takes it back there.',
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When the task was claimed.' }),
    lastHeartbeatAt: t.expose('lastHeartbeatAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the agent last said with `heartbeatSession` that it is alive; null when it never did. The claim itself counts as a sign of life, too.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the session was closed; null while it is open.',
    }),
    outcome: t.field({
      type: SessionOutcome,
      nullable: true,
      description: 'How the session ended; null while it is open.',
      resolve: (session) => outcomes.find((outcome) => outcome === session.outcome) ?? null,
    }),
    notes: t.exposeString('notes', {
      nullable: true,
      description:
        'What was said when the session was closed: notes, or the reason of a rejection, a block or an abandonment.',
    }),
    durationMinutes: t.exposeFloat('durationMinutes', {
      nullable: true,
      description: 'Minutes from start to end; null while the session is open.',
    }),
    elapsedMinutes: t.float({
      description: 'Minutes since the start while the session is open; its duration afterwards.',
      resolve: (session, _arguments, { clock }) =>
        session.durationMinutes ??
        Math.round((clock.now().getTime() - session.startedAt.getTime()) / 60) / 1_000,
    }),
    isActive: t.boolean({
      description: 'Whether the session is still open.',
      resolve: (session) => session.endedAt === null,
    }),
  }),
});

export const TaskSessionConnection = connection(TaskSession, 'TaskSession', 'sessions');

type InputFieldBuilder = PothosSchemaTypes.InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>;

/** The fields of the session filter as fields of an input type. */
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
  description:
    'Which sessions. Everything that is given has to hold; what is left out does not narrow the choice.',
  fields: sessionFilterInputs,
});

const SessionOrderField = builder.enumType('SessionOrderField', {
  description: 'What sessions can be ordered by.',
  values: { STARTED_AT: { value: 'startedAt', description: 'When the task was claimed.' } } as const,
});

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which end of an order comes first.',
  values: {
    ASC: { value: 'asc', description: 'Smallest or earliest first.' },
    DESC: { value: 'desc', description: 'Largest or latest first.' },
  } as const,
});

const SessionOrder = builder.inputType('SessionOrder', {
  description: 'The order in which sessions are listed.',
  fields: (t) => ({
    field: t.field({ type: SessionOrderField, required: true, description: 'What to order by.' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'Which end comes first.' }),
  }),
});

builder.queryFields((t) => ({
  session: t.prismaField({
    type: 'TaskSession',
    nullable: true,
    authScopes: { atLeast: 'viewer' },
    description: 'One session; null when there is none with this id.',
    args: { id: t.arg.globalID({ for: TaskSession, required: true, description: 'The id of the session.' }) },
    resolve: (query, _root, { id }, { read }) =>
      read.taskSession.findUnique({ ...query, where: { id: Number(id.id) } }),
  }),
  sessions: t.prismaConnection(
    {
      type: 'TaskSession',
      cursor: 'id',
      authScopes: { atLeast: 'viewer' },
      description: 'Sessions, most recently started first unless asked otherwise.',
      args: {
        filter: t.arg({ type: SessionFilter, description: 'Which sessions; all when left out.' }),
        orderBy: t.arg({ type: SessionOrder, description: 'In which order.' }),
      },
      totalCount: (_connection, { filter }, context) => countSessions(filter ?? {}, context),
      resolve: (query, _root, page, context) =>
        findSessions(
          query,
          page,
          {
            filter: page.filter ?? {},
            orderBy: 'startedAt',
            ascending: page.orderBy?.direction === 'asc',
          },
          context,
        ),
    },
    TaskSessionConnection,
  ),
}));
