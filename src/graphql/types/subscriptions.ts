import type { TaskSession as TaskSessionRow } from '../../generated/prisma/client.ts';
import { InvalidInputError } from '../../operations/refusals.ts';
import { type SessionChange, watchSessionChanges } from '../../sessions/changes.ts';
import { sessionsWhere } from '../../sessions/filter.ts';
import type { Crossing } from '../../stale/crossings.ts';
import { decodeCursor, encodeCursor } from '../../stale/cursor.ts';
import { builder } from '../builder.ts';
import { badUserInput } from '../errors.ts';
import { SessionFilter, sessionChoice, TaskSession } from './session.ts';

const StaleSession = builder.objectRef<Crossing>('StaleSession').implement({
  description: 'A session that has turned stale.',
  fields: (t) => ({
    cursor: t.string({
      description:
        'The place of this event: pass it as `after` to go on behind it, also after a reconnect or a restart of the server.',
      resolve: (crossing) => encodeCursor(crossing),
    }),
    staleAt: t.expose('staleAt', {
      type: 'DateTime',
      description: 'When it turned stale: exactly its start plus the threshold.',
    }),
    session: t.prismaField({
      type: 'TaskSession',
      description: 'The session, as it is when the event is sent.',
      resolve: (query, { sessionId }, _arguments, { read }) =>
        read.taskSession.findUniqueOrThrow({ ...query, where: { id: sessionId } }),
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
    description:
      'First every open session that is stale already, the one that has been so the longest first; then each one at the moment it turns stale. A session that ends in time is never sent.',
    args: {
      staleAfter: t.arg({
        type: 'Duration',
        description:
          'How long a session may be open; the setting of the server (4 hours unless changed) when left out.',
      }),
      after: t.arg.string({
        description:
          'The cursor of an earlier event: go on behind it. What ended in the meantime needs no action any more and is not sent.',
      }),
      filter: t.arg({
        type: SessionFilter,
        description:
          'Only these sessions. All of them are open, so `outcome`, `staleAfter` and `active: false` make no sense here.',
      }),
    },
    subscribe: (_root, { staleAfter, after, filter }, { staleWatcher, staleAfterMs, clock }) => {
      for (const field of ['outcome', 'staleAfter'] as const)
        if (filter?.[field] !== null && filter?.[field] !== undefined)
          throw new InvalidInputError(
            field,
            `${field} cannot be filtered by here`,
            'Leave it out: the sessions are open, and the argument staleAfter says when they are stale',
          );
      if (filter?.active === false)
        throw new InvalidInputError(
          'active',
          'active: false asks for sessions that have ended',
          'Leave it out: only open sessions turn stale',
        );
      return staleWatcher.watch({
        thresholdMs: staleAfter ?? staleAfterMs,
        after: after === null || after === undefined ? undefined : cursorOf(after),
        where: sessionsWhere(sessionChoice(filter), clock.now()),
      });
    },
    resolve: (crossing) => crossing,
  }),
  sessionChanged: t.field({
    type: SessionChangeType,
    description: 'Every opening and closing of a session from now on, whichever program or mutation did it.',
    args: { filter: t.arg({ type: SessionFilter, description: 'Only these sessions; all when left out.' }) },
    subscribe: (_root, { filter }, { database, clock }) => {
      if (filter?.staleAfter !== null && filter?.staleAfter !== undefined)
        throw new InvalidInputError(
          'staleAfter',
          'staleAfter cannot be filtered by here',
          'Leave it out: a session that was just opened is not stale; sessionTurnedStale tells when one is',
        );
      return watchSessionChanges(database, sessionsWhere(sessionChoice(filter), clock.now()));
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
