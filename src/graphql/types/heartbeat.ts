import { SessionNotActiveError, SessionNotFoundError } from '../../domain/errors.ts';
import { type HeartbeatResult, heartbeatSession } from '../../domain/sessions/heartbeat.ts';
import { builder } from '../builder.ts';
import { sessionId } from './descriptions.ts';
import { resultUnion } from './task-mutation.ts';
import { Task, TaskSession } from '../node-types.ts';

const HeartbeatSessionInput = builder.inputType('HeartbeatSessionInput', {
  description: 'The input of the mutation `heartbeatSession`.',
  fields: (t) => ({
    sessionId: t.globalID({
      for: TaskSession,
      required: true,
      description: sessionId,
    }),
  }),
});

const HeartbeatSessionPayload = builder.objectRef<HeartbeatResult>('HeartbeatSessionPayload').implement({
  description:
    'What `heartbeatSession` returns on success: the heartbeat was recorded, and the session is still open.',
  fields: (t) => ({
    session: t.field({
      type: TaskSession,
      description: 'The session, with the new `lastHeartbeatAt`.',
      resolve: ({ session, task }) => ({ ...session, task }),
    }),
    task: t.expose('task', {
      type: Task,
      description: 'The task of the session. Its `status` says whether there is still work to do.',
    }),
    warnings: t.exposeStringList('warnings', {
      description:
        'Says that another program moved the task while the session was open, for example to `cancelled`. Usually empty.',
    }),
  }),
});

builder.mutationField('heartbeatSession', (t) =>
  t.field({
    type: HeartbeatSessionPayload,
    authScopes: { atLeast: 'agent' },
    description:
      'Records that the agent of a session is still at work. `sessionTurnedStale` can report agents without heartbeats (`silentFor`). If the session is already closed, the result is `SessionNotActiveError` and the agent should stop. Requires the `agent` role.',
    errors: resultUnion('heartbeatSession', [SessionNotFoundError, SessionNotActiveError]),
    args: {
      input: t.arg({
        type: HeartbeatSessionInput,
        required: true,
        description: 'The session for which to record a heartbeat.',
      }),
    },
    resolve: (_root, { input }, { write }) =>
      write((operation) => heartbeatSession(operation, { sessionId: Number(input.sessionId.id) })),
  }),
);
