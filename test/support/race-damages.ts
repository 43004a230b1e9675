import type { RaceRecord } from './race-record.ts';

/** What could be wrong with a race, each done to a copy of the record of a fair one. */
export const damages: readonly { what: string; damage: (race: RaceRecord) => void }[] = [
  {
    what: 'nobody won',
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
    what: 'the table has another outcome',
    damage: ({ rows }) => {
      for (const session of rows.sessions)
        session.outcome = session.outcome === 'blocked' ? 'rejected' : 'blocked';
    },
  },
  {
    what: 'the words of a loser were recorded',
    damage: ({ rows }) => {
      for (const session of rows.sessions) session.notes = 'of a loser';
    },
  },
  {
    what: 'another instant was recorded',
    damage: ({ rows }) => {
      for (const session of rows.sessions) session.ended_at &&= '2020-01-01T00:00:00.000+00:00';
    },
  },
  {
    what: 'a loser was told of another outcome',
    damage: ({ closes }) => {
      for (const { answer } of closes) if (answer.closedSession) answer.closedSession.outcome = 'UNHEARD_OF';
    },
  },
  {
    what: 'a loser got another refusal',
    damage: ({ closes }) => {
      for (const { answer } of closes)
        if (answer.__typename === 'SessionNotActiveError') answer.__typename = 'TaskNotFoundError';
    },
  },
  {
    what: 'one who came late changed something',
    damage: ({ late }) => {
      for (const attempt of late) attempt.changed = true;
    },
  },
  {
    what: 'one who came late was not told of the new holder',
    damage: ({ late }) => {
      for (const { answer } of late) delete answer.activeSession;
    },
  },
  {
    what: 'one who came late won',
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
  { what: 'a session was opened that nobody was given', damage: ({ claims }) => void claims.splice(0) },
  { what: 'a move has no history', damage: ({ rows }) => void rows.history.pop() },
  {
    what: 'a move was recorded twice',
    damage: ({ rows }) => void rows.history.push(...rows.history.slice(-1)),
  },
  {
    what: 'the task is elsewhere',
    damage: ({ rows }) => {
      rows.task.status = 'in_qa';
    },
  },
  {
    what: 'the task names another agent',
    damage: ({ rows }) => {
      rows.task.assigned_agent = 'racer';
    },
  },
  { what: 'a note is too much', damage: ({ rows }) => void rows.notes.push({ content: 'late' }) },
  { what: 'an event was lost', damage: ({ events }) => void events.pop() },
  { what: 'an event came twice', damage: ({ events }) => void events.push(...events.slice(-1)) },
  {
    what: 'an event told of another outcome',
    damage: ({ events }) => {
      for (const event of events) event.outcome &&= 'UNHEARD_OF';
    },
  },
];
