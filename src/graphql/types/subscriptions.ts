import type { TaskSession as TaskSessionRow } from '../../db/generated/prisma/client.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { SessionChange } from '../../domain/sessions/changes.ts';
import { checkFilterOfStale, sessionMatcher } from '../../domain/sessions/filter.ts';
import { decodeCursor } from '../../domain/stale/cursor.ts';
import { thresholdsOf } from '../../domain/stale/thresholds.ts';
import type { DeliveredStaleEvent } from '../../domain/stale/stale-watcher.ts';
import { staleAfterMsByStatus } from '../../domain/workflow/workflow.ts';
import { builder } from '../builder.ts';
import { openSessionsOnly } from './descriptions.ts';
import { badUserInput } from '../errors.ts';
import { loadStaleSession } from '../stale-session-loader.ts';
import { SessionFilter, TaskSession } from './session.ts';

const StaleReason = builder.enumType('StaleReason', {
  description: 'Why a session is stale.',
  values: {
    AGE: { description: 'The session has been open for at least the `staleAfter` threshold.' },
    SILENCE: { description: 'The agent has sent no heartbeat for at least the `silentFor` threshold.' },
  } as const,
});

const StaleSession = builder.objectRef<DeliveredStaleEvent>('StaleSession').implement({
  description: 'The event that a session has become stale.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description:
        'The position of this event in the stream. Pass it as `after` to continue with the next event. It stays valid after a reconnect, after a restart of the server, and on another server with the same database.',
    }),
    reason: t.field({
      type: StaleReason,
      description:
        'Which threshold the session has reached. A session that reaches both thresholds is sent once for each.',
      resolve: ({ event }) => event.reason,
    }),
    threshold: t.field({
      type: 'Duration',
      description:
        'The threshold that the session has reached: the `staleAfter` or `silentFor` argument of the subscription, or the default if `staleAfter` was not given.',
      resolve: ({ event }) => event.thresholdMs,
    }),
    staleAt: t.field({
      type: 'DateTime',
      description:
        'When the session became stale. For `AGE`: its start plus the threshold. For `SILENCE`: its last heartbeat (its start if there was none) plus the threshold.',
      resolve: ({ event }) => event.staleAt,
    }),
    session: t.prismaField({
      type: 'TaskSession',
      description: 'The session, in its state when the event is sent.',
      resolve: (query, { event }, _arguments, { read }) => loadStaleSession(event, query, read),
    }),
  }),
});

const SessionChangeKind = builder.enumType('SessionChangeKind', {
  description: 'What happened to a session.',
  values: {
    OPENED: { description: 'The session was opened: an agent claimed the task.' },
    CLOSED: { description: 'The session was closed: the work was finished, rejected, blocked or abandoned.' },
  } as const,
});

const SessionChangeType = builder.objectRef<SessionChange>('SessionChange').implement({
  description: 'The event that a session was opened or closed.',
  fields: (t) => ({
    change: t.expose('change', {
      type: SessionChangeKind,
      description: 'Whether the session was opened or closed.',
    }),
    session: t.field({
      type: TaskSession,
      description: 'The session, in its state when the event is sent.',
      resolve: ({ session }): TaskSessionRow => session,
    }),
  }),
});

builder.subscriptionFields((t) => ({
  sessionTurnedStale: t.field({
    type: StaleSession,
    authScopes: { atLeast: 'viewer' },
    description:
      'Sends every session that is stale. The subscription starts with the open sessions that are already stale, oldest first. Then it sends each session at the moment when it becomes stale. A session that ends before that is not sent. Each event is delivered at least once. After a disconnect, subscribe again with the `cursor` of the last event that you processed.',
    args: {
      staleAfter: t.arg({
        type: 'Duration',
        description:
          'How long a session can be open before it is stale. Default: the `staleAfter` of the workflow status in which the work is done. If the workflow defines none, the default of the server applies (`STALE_AFTER`, 4 hours).',
      }),
      silentFor: t.arg({
        type: 'Duration',
        description:
          'How long an agent can go without a heartbeat before its session is stale, for example `10m`. Before the first heartbeat, the time counts from the start of the session. Default: heartbeats are not checked.',
      }),
      after: t.arg.string({
        description:
          'The `cursor` of an earlier event. The subscription continues after that event. Sessions that have ended in the meantime are not sent. If a threshold differs from the earlier subscription, all sessions that are stale by the new threshold are sent.',
      }),
      filter: t.arg({
        type: SessionFilter,
        description: `Which sessions to send. Default: all. ${openSessionsOnly}`,
      }),
    },
    subscribe: (
      _root,
      { staleAfter, silentFor, after, filter },
      { staleWatcher, staleAfterMs, workflow },
    ) => {
      checkFilterOfStale(filter ?? {});
      const thresholds = { staleAfterMs: staleAfter ?? undefined, silentForMs: silentFor ?? undefined };
      return staleWatcher.watch({
        thresholds: thresholdsOf(thresholds, {
          staleAfterMs,
          staleAfterMsByStatus: staleAfterMsByStatus(workflow),
        }),
        after: after === null || after === undefined ? undefined : cursorOf(after),
        matches: sessionMatcher(filter ?? {}),
      });
    },
    resolve: (event) => event,
  }),
  sessionChanged: t.field({
    type: SessionChangeType,
    authScopes: { atLeast: 'viewer' },
    description:
      'Sends an event whenever a session is opened or closed, by any mutation or by another program that uses the same database. Earlier changes are not sent.',
    args: {
      filter: t.arg({
        type: SessionFilter,
        description: 'Which sessions to send. Default: all. `staleAfter` is not supported here.',
      }),
    },
    subscribe: (_root, { filter }, { sessionChanges }) => {
      if (filter?.staleAfter !== null && filter?.staleAfter !== undefined)
        throw new InvalidInputError(
          'staleAfter',
          'The filter of sessionChanged does not support staleAfter',
          'Omit staleAfter. To get stale sessions, subscribe to sessionTurnedStale',
        );
      return sessionChanges.watch(sessionMatcher(filter ?? {}));
    },
    resolve: (change) => change,
  }),
}));

function cursorOf(after: string) {
  const cursor = decodeCursor(after);
  if (cursor === undefined)
    throw badUserInput(
      `'${after.slice(0, 100)}' is not a cursor`,
      'Pass the cursor of an event unchanged, or omit after to start with all stale sessions',
    );
  return cursor;
}
