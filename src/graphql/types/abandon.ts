import {
  EpicNotFoundError,
  FeatureNotFoundError,
  InvalidInputError,
  SessionNotActiveError,
  SessionNotFoundError,
  StatusNotAllowedError,
  TaskNotFoundError,
} from '../../domain/errors.ts';
import { abandonSession } from '../../domain/sessions/abandon.ts';
import { type AbandonStaleResult, abandonStaleSessions } from '../../domain/sessions/abandon-stale.ts';
import { withShortValues } from '../../shared/short-values.ts';
import { builder } from '../builder.ts';
import { openSessionsOnly, sessionId, warnings } from './descriptions.ts';
import { resultUnion, taskPayload } from './task-mutation.ts';
import { TaskSession } from '../node-types.ts';
import { SessionFilter } from './session.ts';

const reason =
  'Why the work is abandoned, for example `no heartbeat for an hour`. Stored in the `notes` of the session. Up to 10,000 characters. Default: none.';

const AbandonSessionInput = builder.inputType('AbandonSessionInput', {
  description: 'The input of the mutation `abandonSession`.',
  fields: (t) => ({
    sessionId: t.globalID({ for: TaskSession, required: true, description: sessionId }),
    reason: t.string({ description: reason }),
  }),
});

const AbandonStaleSessionsInput = builder.inputType('AbandonStaleSessionsInput', {
  description: 'The input of the mutation `abandonStaleSessions`.',
  fields: (t) => ({
    staleAfter: t.field({
      type: 'Duration',
      description:
        'Only open sessions that started at least this long ago, for example `4h`. Sessions whose agents are alive are skipped: see `includeAlive`. Pass `staleAfter`, `silentFor` or both.',
    }),
    silentFor: t.field({
      type: 'Duration',
      description:
        'Only open sessions whose agent has sent no heartbeat for at least this long, for example `10m`. Without a heartbeat, the time counts from the session start. With `staleAfter`, a session must reach both limits.',
    }),
    includeAlive: t.boolean({
      defaultValue: false,
      description:
        '`true`: also abandon sessions whose agent sent a heartbeat within the server setting `ALIVE_WITHIN` (5 minutes by default). `false`: skip these sessions and return them as `skipped`. Has no effect with `silentFor`.',
    }),
    filter: t.field({
      type: SessionFilter,
      description: `Which of the stale sessions to abandon. Default: all. ${openSessionsOnly}`,
    }),
    reason: t.string({ description: reason }),
    first: t.int({
      defaultValue: 100,
      description:
        'The maximum number of sessions to abandon: 1 to 500. The oldest sessions come first. `remaining` in the payload says how many are left.',
    }),
  }),
});

const AbandonStaleSessionsPayload = builder
  .objectRef<AbandonStaleResult>('AbandonStaleSessionsPayload')
  .implement({
    description: 'What `abandonStaleSessions` returns on success: the sessions that were abandoned.',
    fields: (t) => ({
      sessions: t.field({
        type: [TaskSession],
        description: 'The sessions that were abandoned, earliest start first.',
        resolve: ({ sessions }) => sessions,
      }),
      remaining: t.exposeInt('remaining', {
        description:
          'The number of stale sessions that match the filter but stay open, without the skipped ones. Either `first` was reached, or a session could not be abandoned (see `warnings`).',
      }),
      skipped: t.field({
        type: [TaskSession],
        description:
          'Sessions that are old enough, but stay open because their agents are alive: they sent a heartbeat within `aliveWithin`. Earliest start first, at most `first` sessions. To abandon these sessions, too, pass `includeAlive: true`.',
        resolve: ({ skipped }) => skipped,
      }),
      skippedCount: t.exposeInt('skippedCount', {
        description: 'The number of all skipped sessions, including those that `skipped` omits.',
      }),
      aliveWithin: t.field({
        type: 'Duration',
        description:
          'An agent that sent a heartbeat within this time is alive. The server setting `ALIVE_WITHIN`.',
        resolve: ({ aliveWithinMs }) => aliveWithinMs,
      }),
      warnings: t.stringList({
        description: warnings,
        resolve: (payload) => payload.warnings.map(withShortValues),
      }),
    }),
  });

builder.mutationFields((t) => ({
  abandonSession: t.field({
    type: taskPayload(
      'abandonSession',
      'closes',
      'the session is abandoned, and the task can be claimed again.',
    ),
    authScopes: { atLeast: 'orchestrator' },
    description:
      'Abandons a session: closes it and moves the task back to its status before the claim. Another agent can then claim the task. If the first agent still uses the session, it gets `SessionNotActiveError`. A repeated call changes nothing and returns the same result with `repeated: true`. Requires the `orchestrator` role.',
    errors: resultUnion('abandonSession', [
      InvalidInputError,
      SessionNotFoundError,
      SessionNotActiveError,
      StatusNotAllowedError,
    ]),
    args: {
      input: t.arg({
        type: AbandonSessionInput,
        required: true,
        description: 'The session to abandon, and the reason.',
      }),
    },
    resolve: (_root, { input }, { write }) =>
      write((operation) => abandonSession(operation, { ...input, sessionId: Number(input.sessionId.id) })),
  }),
  abandonStaleSessions: t.field({
    type: AbandonStaleSessionsPayload,
    authScopes: { atLeast: 'orchestrator' },
    description:
      'Abandons many stale sessions in one transaction, each in the same way as `abandonSession`. If one session cannot be abandoned, it stays open and `warnings` says why. Requires the `orchestrator` role.',
    errors: resultUnion('abandonStaleSessions', [
      InvalidInputError,
      TaskNotFoundError,
      FeatureNotFoundError,
      EpicNotFoundError,
    ]),
    args: {
      input: t.arg({
        type: AbandonStaleSessionsInput,
        required: true,
        description: 'The sessions to abandon, and the reason.',
      }),
    },
    resolve: (_root, { input }, { write, aliveWithinMs }) =>
      write((operation) =>
        abandonStaleSessions(operation, {
          staleAfterMs: input.staleAfter,
          silentForMs: input.silentFor,
          includeAlive: input.includeAlive ?? false,
          aliveWithinMs,
          filter: input.filter ?? {},
          reason: input.reason,
          first: input.first ?? 100,
        }),
      ),
  }),
}));
