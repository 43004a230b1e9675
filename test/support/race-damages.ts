import type { RaceRecord } from './race-record.ts';

/** Possible errors of a race. Each one changes a copy of the record of a correct race. */
export const damages: readonly { what: string; damage: (race: RaceRecord) => void }[] = [
  {
    what: 'no request succeeded',
    damage: ({ closes }) => {
      for (const { answer } of closes) answer.__typename = 'SessionNotActiveError';
    },
  },
  {
    what: 'two outcomes were acknowledged',
    damage: ({ closes }) => {
      for (const { answer } of closes) answer.__typename = 'FinishTaskPayload';
    },
  },
  {
    what: 'the table has a different outcome',
    damage: ({ rows }) => {
      for (const session of rows.sessions)
        session.outcome = session.outcome === 'blocked' ? 'rejected' : 'blocked';
    },
  },
  {
    what: 'the notes of a failed request were recorded',
    damage: ({ rows }) => {
      for (const session of rows.sessions) session.notes = 'of a loser';
    },
  },
  {
    what: 'a different end time was recorded',
    damage: ({ rows }) => {
      for (const session of rows.sessions) session.ended_at &&= '2020-01-01T00:00:00.000+00:00';
    },
  },
  {
    what: 'a failed request got a different outcome',
    damage: ({ closes }) => {
      for (const { answer } of closes) if (answer.closedSession) answer.closedSession.outcome = 'UNHEARD_OF';
    },
  },
  {
    what: 'a failed request got a different error',
    damage: ({ closes }) => {
      for (const { answer } of closes)
        if (answer.__typename === 'SessionNotActiveError') answer.__typename = 'TaskNotFoundError';
    },
  },
  {
    what: 'a late request changed something',
    damage: ({ late }) => {
      for (const attempt of late) attempt.changed = true;
    },
  },
  {
    what: 'a late request did not get the new active session',
    damage: ({ late }) => {
      for (const { answer } of late) delete answer.activeSession;
    },
  },
  {
    what: 'a late request succeeded',
    damage: ({ late }) => {
      for (const { answer } of late) answer.__typename = 'FinishTaskPayload';
    },
  },
  {
    what: 'two sessions are open',
    damage: ({ rows }) => {
      for (const session of rows.sessions) session.ended_at = null;
    },
  },
  { what: 'a session was opened that no claim returned', damage: ({ claims }) => void claims.splice(0) },
  { what: 'a status change is not in the history', damage: ({ rows }) => void rows.history.pop() },
  {
    what: 'a status change was recorded twice',
    damage: ({ rows }) => void rows.history.push(...rows.history.slice(-1)),
  },
  {
    what: 'the task has a different status',
    damage: ({ rows }) => {
      rows.task.status = 'in_qa';
    },
  },
  {
    what: 'the task has a different agent',
    damage: ({ rows }) => {
      rows.task.assigned_agent = 'racer';
    },
  },
  {
    what: 'the task has an additional note',
    damage: ({ rows }) => void rows.notes.push({ content: 'late' }),
  },
  { what: 'an event was lost', damage: ({ events }) => void events.pop() },
  { what: 'an event was sent twice', damage: ({ events }) => void events.push(...events.slice(-1)) },
  {
    what: 'an event has a different outcome',
    damage: ({ events }) => {
      for (const event of events) event.outcome &&= 'UNHEARD_OF';
    },
  },
];
