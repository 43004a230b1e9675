import type { TaskSession as TaskSessionRow } from '../../db/generated/prisma/client.ts';
import { SessionNotActiveError, SessionNotFoundError } from '../../domain/errors.ts';
import { heartbeatSession } from '../../domain/sessions/heartbeat.ts';
import { builder } from '../builder.ts';
import { orWhyNot } from './lifecycle.ts';
import { TaskSession } from './session.ts';

const HeartbeatSessionInput = builder.inputType('HeartbeatSessionInput', {
  description: 'Who is alive.',
  fields: (t) => ({
    sessionId: t.globalID({
      for: TaskSession,
      required: true,
      description: 'The id of the session that the agent works in.',
    }),
  }),
});

const HeartbeatSessionPayload = builder
  .objectRef<{ session: TaskSessionRow }>('HeartbeatSessionPayload')
  .implement({
    description: 'The sign of life was noted, and the session still holds its task.',
    fields: (t) => ({
      session: t.expose('session', { type: TaskSession, description: 'The session, with its heartbeat.' }),
    }),
  });

builder.mutationField('heartbeatSession', (t) =>
  t.field({
    type: HeartbeatSessionPayload,
    authScopes: { atLeast: 'agent' },
    description:
      'Says that the agent of a session is alive; nothing else about the session or its task changes. An agent whose claim was taken back learns it here, and can drop its work.',
    errors: orWhyNot('HeartbeatSessionResult', 'The session, or why it has no agent any more.', [
      SessionNotFoundError,
      SessionNotActiveError,
    ]),
    args: { input: t.arg({ type: HeartbeatSessionInput, required: true, description: 'Which session.' }) },
    resolve: async (_root, { input }, { write }) => ({
      session: await write((operation) =>
        heartbeatSession(operation, { sessionId: Number(input.sessionId.id) }),
      ),
    }),
  }),
);
