import {
  InvalidInputError,
  SessionNotActiveError,
  SessionNotFoundError,
  StatusNotAllowedError,
} from '../../domain/errors.ts';
import { abandonSession } from '../../domain/sessions/abandon.ts';
import { type AbandonStaleResult, abandonStaleSessions } from '../../domain/sessions/abandon-stale.ts';
import { builder } from '../builder.ts';
import { orWhyNot, payload, warnings } from './lifecycle.ts';
import { SessionFilter, TaskSession } from './session.ts';

const reason = 'Why, for example `no sign of life`. Up to 10,000 characters.';

const AbandonSessionInput = builder.inputType('AbandonSessionInput', {
  description: 'Which claim is taken back, and why.',
  fields: (t) => ({
    sessionId: t.globalID({ for: TaskSession, required: true, description: 'The id of the session.' }),
    reason: t.string({ description: reason }),
  }),
});

const AbandonStaleSessionsInput = builder.inputType('AbandonStaleSessionsInput', {
  description: 'Which claims are taken back, and why.',
  fields: (t) => ({
    staleAfter: t.field({
      type: 'Duration',
      required: true,
      description: 'Sessions that have been open for this long or longer, for example `4h`.',
    }),
    filter: t.field({
      type: SessionFilter,
      description:
        'Only these sessions. All of them are open, so `outcome`, `staleAfter` and `active: false` make no sense here.',
    }),
    reason: t.string({ description: reason }),
    first: t.int({
      defaultValue: 100,
      description:
        'How many to abandon at most, from 1 to 500: the ones that have been open the longest. Ask again while any remain.',
    }),
  }),
});

const AbandonStaleSessionsPayload = builder
  .objectRef<AbandonStaleResult>('AbandonStaleSessionsPayload')
  .implement({
    description: 'The claims were taken back.',
    fields: (t) => ({
      sessions: t.prismaField({
        type: ['TaskSession'],
        description: 'The sessions that were abandoned, the one that had been open the longest first.',
        resolve: (query, { sessionIds }, _arguments, { read }) =>
          read.taskSession.findMany({
            ...query,
            where: { id: { in: sessionIds } },
            orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
          }),
      }),
      remaining: t.exposeInt('remaining', {
        description:
          'How many of the chosen sessions are stale and still open: those beyond `first`, and those that could not be taken back, which the warnings name.',
      }),
      warnings: t.exposeStringList('warnings', { description: warnings }),
    }),
  });

builder.mutationFields((t) => ({
  abandonSession: t.field({
    type: payload('AbandonSessionPayload', 'The claim was taken back.'),
    authScopes: { atLeast: 'orchestrator' },
    description:
      'Takes a claim back: the session closes as abandoned and the task returns to the status it was claimed from. An agent that comes back with the id of this session can change nothing any more.',
    errors: orWhyNot('AbandonSessionResult', 'The abandoned session, or why it was not abandoned.', [
      InvalidInputError,
      SessionNotFoundError,
      SessionNotActiveError,
      StatusNotAllowedError,
    ]),
    args: {
      input: t.arg({ type: AbandonSessionInput, required: true, description: 'Which session, and why.' }),
    },
    resolve: (_root, { input }, { write }) =>
      write((operation) => abandonSession(operation, { ...input, sessionId: Number(input.sessionId.id) })),
  }),
  abandonStaleSessions: t.field({
    type: AbandonStaleSessionsPayload,
    authScopes: { atLeast: 'orchestrator' },
    description:
      'Takes back the claims of all sessions that are stale, as `abandonSession` does, in one go. One that cannot be taken back stays open with a warning and does not keep the others.',
    errors: orWhyNot('AbandonStaleSessionsResult', 'The abandoned sessions, or why none was abandoned.', [
      InvalidInputError,
    ]),
    args: {
      input: t.arg({
        type: AbandonStaleSessionsInput,
        required: true,
        description: 'Which sessions, and why.',
      }),
    },
    resolve: (_root, { input }, { write }) =>
      write((operation) =>
        abandonStaleSessions(operation, {
          staleAfterMs: input.staleAfter,
          filter: input.filter ?? {},
          reason: input.reason,
          first: input.first ?? 100,
        }),
      ),
  }),
}));
