import type { TaskSession as TaskSessionRow } from '../../db/generated/prisma/client.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { SessionChange } from '../../domain/sessions/changes.ts';
import { checkFilterOfStale, sessionMatcher } from '../../domain/sessions/filter.ts';
import { decodeCursor } from '../../domain/stale/cursor.ts';
import { thresholdsOf } from '../../domain/stale/thresholds.ts';
import type { DeliveredStaleEvent } from '../../domain/stale/stale-watcher.ts';
import { staleAfterMsByStatus } from '../../domain/workflow/workflow.ts';
import { builder } from '../builder.ts';
import { badUserInput } from '../errors.ts';
import { sessionOf } from '../stale-session-loader.ts';
import { SessionFilter, TaskSession } from './session.ts';

const StaleReason = builder.enumType('StaleReason', {
  description: 'What a session has had for too long.',
  values: {
    AGE: { description: 'It has been open for `staleAfter`.' },
    SILENCE: { description: 'Its agent has given no sign of life for `silentFor`.' },
  } as const,
});

const StaleSession = builder.objectRef<DeliveredStaleEvent>('StaleSession').implement({
  description: 'A session that has turned stale.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description:
        'The place of this event: pass it as `after` to go on behind it, also after a reconnect, after a restart of the server, or on another server of the same database.',
    }),
    reason: t.field({
      type: StaleReason,
      description: 'Which of the two lines it crossed. A session that crosses both is sent for each.',
      resolve: ({ event }) => event.reason,
    }),
    threshold: t.field({
      type: 'Duration',
      description:
        'How long it took: the `staleAfter` or `silentFor` of the subscription, or what the workflow says for work of this kind.',
      resolve: ({ event }) => event.thresholdMs,
    }),
    staleAt: t.field({
      type: 'DateTime',
      description:
        'When it turned stale: exactly its start plus the threshold, or its last sign of life plus the threshold.',
      resolve: ({ event }) => event.staleAt,
    }),
    session: t.prismaField({
      type: 'TaskSession',
      description: 'The session, as it is when the event is sent.',
      resolve: (query, { event }, _arguments, { read }) => sessionOf(event, query, read),
    }),
  }),
});

const SessionChangeKind = builder.enumType('SessionChangeKind', {
  description: 'What happened to a session.',
  values: {
    OPENED: { description: 'A task was claimed.' },
    CLOSED: { description: 'The work was finished, rejected, blocked or abandoned.' },
  } as const,
});

const SessionChangeType = builder.objectRef<SessionChange>('SessionChange').implement({
  description: 'A session was opened or closed.',
  fields: (t) => ({
    change: t.expose('change', { type: SessionChangeKind, description: 'Which of the two.' }),
    session: t.field({
      type: TaskSession,
      description: 'The session, as it is when the event is sent.',
      resolve: ({ session }): TaskSessionRow => session,
    }),
  }),
});

builder.subscriptionFields((t) => ({
  sessionTurnedStale: t.field({
    type: StaleSession,
    authScopes: { atLeast: 'viewer' },
    description:
      'First every open session that is stale already, the one that has been so the longest first; then each one at the moment it turns stale. A session that ends in time is never sent. Every event is sent at least once: after a break, go on with the cursor of the last event that was dealt with.',
    args: {
      staleAfter: t.arg({
        type: 'Duration',
        description:
          'How long a session may be open. When left out, it is what the workflow says for the status in which the work is done, and where that says nothing the setting of the server (4 hours unless changed).',
      }),
      silentFor: t.arg({
        type: 'Duration',
        description:
          'How long an agent may give no sign of life, for example `10m`: also sends sessions whose last heartbeat, or start where there was none, is that long ago. Not watched when left out.',
      }),
      after: t.arg.string({
        description:
          'The cursor of an earlier event: go on behind it. What ended in the meantime needs no action any more and is not sent. With another threshold than that of the earlier event, what has crossed the new one is sent from the start.',
      }),
      filter: t.arg({
        type: SessionFilter,
        description:
          'Only these sessions. All of them are open, so `outcome`, `staleAfter` and `active: false` make no sense here.',
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
    description: 'Every opening and closing of a session from now on, whichever program or mutation did it.',
    args: { filter: t.arg({ type: SessionFilter, description: 'Only these sessions; all when left out.' }) },
    subscribe: (_root, { filter }, { sessionChanges }) => {
      if (filter?.staleAfter !== null && filter?.staleAfter !== undefined)
        throw new InvalidInputError(
          'staleAfter',
          'staleAfter cannot be filtered by here',
          'Leave it out: a session that was just opened is not stale; sessionTurnedStale tells when one is',
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
      'Pass the cursor of an event as it came, or leave after out to start with everything that is stale',
    );
  return cursor;
}
