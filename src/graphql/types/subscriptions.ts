import type { TaskSession as TaskSessionRow } from '../../domain/sessions/session.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { SessionChange } from '../../domain/sessions/changes.ts';
import {
  checkFilterOfStale,
  checkSessionFilter,
  sessionMatcher,
  thresholdIn,
} from '../../domain/sessions/filter.ts';
import { decodeCursor } from '../../domain/stale/cursor.ts';
import { thresholdsOf } from '../../domain/stale/thresholds.ts';
import type { DeliveredStaleEvent } from '../../domain/stale/stale-watcher.ts';
import { staleAfterMsByStatus } from '../../domain/workflow/workflow.ts';
import { builder } from '../builder.ts';
import { openSessionsOnly } from './descriptions.ts';
import { badUserInput } from '../errors.ts';
import { withExistingNames } from '../filter-names.ts';
import { TaskSession } from '../node-types.ts';
import { SessionFilter } from './session.ts';

const StaleReason = builder.enumType('StaleReason', {
  description: 'Why a session is stale.',
  values: {
    AGE: { description: 'The session has been open for the time `staleAfter` or longer.' },
    SILENCE: { description: 'The agent has sent no heartbeat for the time `silentFor` or longer.' },
  } as const,
});

const StaleSession = builder.objectRef<DeliveredStaleEvent>('StaleSession').implement({
  description: 'A session became stale: it was open too long, or its agent sent no heartbeat.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description:
        'The position of this event. Pass it as `after` to continue with the next event, even after a server restart or on another server with the same database.',
    }),
    reason: t.field({
      type: StaleReason,
      description:
        'Whether the session was open too long or its agent was silent too long. If both happen, the subscription sends two events.',
      resolve: ({ event }) => event.reason,
    }),
    threshold: t.field({
      type: 'Duration',
      description:
        'The time limit that the session reached: `staleAfter` or `silentFor` of the subscription, or the default of `staleAfter`.',
      resolve: ({ event }) => event.thresholdMs,
    }),
    staleAt: t.field({
      type: 'DateTime',
      description:
        'When the session became stale: `threshold` after its start (`AGE`) or last heartbeat (`SILENCE`). Without a heartbeat, the start counts.',
      resolve: ({ event }) => event.staleAt,
    }),
    session: t.field({
      type: TaskSession,
      description: 'The session as it is when the event is sent.',
      resolve: ({ event }): TaskSessionRow => event.session,
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
  description: 'A session was opened or closed.',
  fields: (t) => ({
    change: t.expose('change', {
      type: SessionChangeKind,
      description: 'Whether the session was opened or closed.',
    }),
    session: t.field({
      type: TaskSession,
      description: 'The session as it is when the event is sent.',
      resolve: ({ session }): TaskSessionRow => session,
    }),
  }),
});

builder.subscriptionFields((t) => ({
  sessionTurnedStale: t.field({
    type: StaleSession,
    authScopes: { atLeast: 'viewer' },
    description:
      'Sends an event for each session that is open or silent for too long. Sessions that are already stale come first, oldest first. Each event is delivered at least once. After a disconnect, subscribe again with the `cursor` of the last event that you processed.',
    args: {
      staleAfter: t.arg({
        type: 'Duration',
        description:
          'How long a session can be open before it is stale. Default: no check if `silentFor` is set, or else `staleAfter` of the workflow status in which the agent works. If the status has none, the server setting `STALE_AFTER` applies (4 hours by default).',
      }),
      silentFor: t.arg({
        type: 'Duration',
        description:
          'How long an agent can send no heartbeat before its session is stale, for example `10m`. Without a heartbeat, the time counts from the session start. With `staleAfter`, the subscription checks both. Default: no check.',
      }),
      after: t.arg.string({
        description:
          'Continue after the event with this `cursor`. Sessions that have ended since then are not sent. If you change `staleAfter` or `silentFor`, all sessions that are stale by the new value are sent.',
      }),
      filter: t.arg({
        type: SessionFilter,
        description: `Which sessions to send. Default: all. ${openSessionsOnly}`,
      }),
    },
    async subscribe(_root, { staleAfter, silentFor, after, filter: given }, context) {
      const { staleWatcher, staleAfterMs, workflow } = context;
      checkFilterOfStale(given ?? {});
      const filter = await withExistingNames(checkSessionFilter(given ?? {}), context);
      const thresholds = { staleAfterMs: staleAfter ?? undefined, silentForMs: silentFor ?? undefined };
      return staleWatcher.watch({
        thresholds: thresholdsOf(thresholds, {
          staleAfterMs,
          staleAfterMsByStatus: staleAfterMsByStatus(workflow),
        }),
        after: after === null || after === undefined ? undefined : cursorOf(after),
        matches: sessionMatcher(filter),
      });
    },
    resolve: (event) => event,
  }),
  sessionChanged: t.field({
    type: SessionChangeType,
    authScopes: { atLeast: 'viewer' },
    description:
      'Sends an event when a session is opened or closed, even by another program on the same database. Earlier changes are not sent.',
    args: {
      filter: t.arg({
        type: SessionFilter,
        description:
          'Which sessions to send. Default: all. This filter does not support `staleAfter` and `silentFor`.',
      }),
    },
    async subscribe(_root, { filter: given }, context) {
      const threshold = thresholdIn(given ?? {});
      if (threshold !== undefined)
        throw new InvalidInputError(
          threshold,
          `The filter of the subscription sessionChanged does not support the field ${threshold}`,
          `Omit ${threshold}. To get stale sessions, use the subscription sessionTurnedStale`,
        );
      const filter = await withExistingNames(checkSessionFilter(given ?? {}), context);
      return context.sessionChanges.watch(sessionMatcher(filter));
    },
    resolve: (change) => change,
  }),
}));

function cursorOf(after: string) {
  const cursor = decodeCursor(after);
  if (cursor === undefined)
    throw badUserInput(
      `'${after.slice(0, 100)}' is not a cursor`,
      'Pass the unchanged cursor of an event. To start with all stale sessions, pass no cursor',
    );
  return cursor;
}
