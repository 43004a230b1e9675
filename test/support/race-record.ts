import type { Attempt, ClaimAnswer, CloseAnswer, Outcome } from './race-operations.ts';

/** The complete record of one race to close one session. */
export interface RaceRecord {
  /** The API id of the session that all requests close. */
  sessionId: string;
  /** The results of the concurrent requests. */
  closes: { outcome: Outcome; answer: CloseAnswer }[];
  /** The results of claims of the task during the race. */
  claims: ClaimAnswer[];
  /** Requests with the old id while another session was active, and whether they changed a row of the task. */
  late: { attempt: Attempt; answer: CloseAnswer; holder: string; changed: boolean }[];
  /** The rows in the database after the race. */
  rows: TaskRows;
  /** The events that a subscriber received. */
  events: { change: string; sessionId: string; outcome: string | null }[];
}

/** All rows of one task. */
export interface TaskRows {
  task: { status: string; assigned_agent: string | null };
  sessions: SessionRow[];
  history: { old_status: string | null; new_status: string }[];
  notes: { content: string }[];
}

export interface SessionRow {
  id: number;
  agent_id: string;
  outcome: string | null;
  ended_at: string | null;
  notes: string | null;
  claimed_to: string;
}

/** The errors of a race, one sentence each. Empty for a correct race. */
export function contradictions(race: RaceRecord): string[] {
  const winners = race.closes.filter(({ answer }) => isPayload(answer));
  const [winner] = winners;
  if (winner === undefined) return ['nobody was told to have closed the session'];
  return [
    ...winners.flatMap(({ outcome, answer }) => [
      ...unless(outcome === winner.outcome, `both ${winner.outcome} and ${outcome} were acknowledged`),
      ...unless(sameText(answer, winner.answer), `${outcome} was acknowledged twice, in different words`),
    ]),
    ...race.closes
      .filter(({ answer }) => !isPayload(answer))
      .flatMap(({ outcome, answer }) => [
        ...unless(outcome !== winner.outcome, `${outcome} happened, but was refused to one who asked for it`),
        ...refusalFaults(race, winner.outcome, answer),
      ]),
    ...race.late.flatMap(({ attempt, answer, holder, changed }) => [
      ...unless(!changed, `${attempt} with the old id changed the task under its new holder`),
      ...(attempt === winner.outcome
        ? unless(sameText(answer, winner.answer), `a late ${attempt} was not answered as the first`)
        : [
            ...refusalFaults(race, winner.outcome, answer),
            ...unless(
              answer.activeSession?.id === holder,
              `a late ${attempt} was not told who holds the task`,
            ),
          ]),
    ]),
    ...rowFaults(race, winner),
    ...eventFaults(race),
  ];
}

/** A failed request must get the ended session and its outcome. */
function refusalFaults({ sessionId }: RaceRecord, outcome: Outcome, answer: CloseAnswer): string[] {
  return [
    ...unless(answer.__typename === 'SessionNotActiveError', `a loser got ${answer.__typename}`),
    ...unless(answer.closedSession?.id === sessionId, 'a loser was not told which session is over'),
    ...unless(
      answer.closedSession?.outcome === outcome.toUpperCase(),
      `a loser was told of ${String(answer.closedSession?.outcome)} where ${outcome} happened`,
    ),
  ];
}

function rowFaults(
  { sessionId, claims, rows }: RaceRecord,
  { outcome, answer }: RaceRecord['closes'][number],
): string[] {
  const { task, sessions, history } = rows;
  const row = sessions.find(({ id }) => nameOf(id) === sessionId);
  const open = sessions.filter(({ ended_at }) => ended_at === null);
  const [holder] = open;
  const opened = claims.flatMap(({ session }) => session?.id ?? []);
  const told = answer.session;
  return [
    ...unless(
      row?.outcome === outcome,
      `${outcome} was acknowledged, but the table has ${String(row?.outcome)}`,
    ),
    ...unless(told?.outcome === outcome.toUpperCase(), 'the winner was told of another outcome'),
    ...unless(told?.id === sessionId, 'the winner was told of another session'),
    ...unless(row?.notes === told?.notes, "the words of the record are not the winner's"),
    ...unless(toInstant(row?.ended_at) === toInstant(told?.endedAt), 'the winner was told of another end'),
    ...unless(open.length <= 1, 'two sessions of the task are open'),
    ...unless(
      sameText(
        sessions.map(({ id }) => nameOf(id)),
        [sessionId, ...opened],
      ),
      'the sessions are not those that were acknowledged',
    ),
    ...unless(holder === undefined || task.status === holder.claimed_to, 'the holder is not at work'),
    ...unless(
      task.assigned_agent === (holder?.agent_id ?? null),
      'the task names an agent that does not hold it',
    ),
    ...unless(history.at(-1)?.new_status === task.status, 'the status has no history row'),
    ...unless(
      history.every(({ old_status }, index) => old_status === (history[index - 1]?.new_status ?? null)),
      'the history has a gap',
    ),
    ...unless(
      // The first row is the creation of the task.
      history.length - 1 === sessions.length + sessions.length - open.length,
      'there are not as many moves as openings and closings',
    ),
    ...unless(
      rows.notes.length === (outcome === 'rejected' ? 1 : 0),
      'the note of a rejection is missing or too much',
    ),
  ];
}

/** Each session must have one event for its opening, followed by one for its close if it is closed. */
function eventFaults({ rows, events }: RaceRecord): string[] {
  return rows.sessions.flatMap(({ id, outcome }) => {
    const told = events
      .filter(({ sessionId }) => sessionId === nameOf(id))
      .map(({ change, outcome: toldOutcome }) => (change === 'CLOSED' ? `CLOSED ${toldOutcome}` : change));
    const expected = outcome === null ? ['OPENED'] : ['OPENED', `CLOSED ${outcome.toUpperCase()}`];
    return unless(
      sameText(told, expected),
      `a subscriber was told ${told.join(', ')} where ${expected.join(', ')} happened`,
    );
  });
}

export function isPayload({ __typename }: { __typename: string }): boolean {
  return __typename.endsWith('Payload');
}

/** The API id of a session. */
export function nameOf(id: number): string {
  return `TaskSession:${id}`;
}

function toInstant(time: string | null | undefined): number | undefined {
  return typeof time === 'string' ? Date.parse(time) : undefined;
}

function unless(isTrue: boolean, finding: string): string[] {
  return isTrue ? [] : [finding];
}

function sameText(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
