import { unlessGivenUp } from '../../db/sqlite/snapshot.ts';
import { Prisma } from '../../db/generated/prisma/client.ts';
import { sessionsWhere } from '../sessions/filter.ts';
import { comparePhases, type Workflow } from '../workflow/workflow.ts';
import { type AnalyticsFilter, endedSessions, openSessions } from './filter.ts';
import type { Inquiry } from './query-context.ts';
import { emptyTally, readTally, type Tally, tallyColumns, type TallyRow } from './session-statistics.ts';

/** What the sessions of one phase add up to. */
export interface PhaseTally {
  readonly phase: string;
  readonly tally: Tally;
}

export interface PhaseDuration extends PhaseTally {
  /** Sessions that are open now. */
  readonly active: number;
}

/** One for each phase of the workflow, in its order, and then for any other that there are sessions in. */
export function phaseDurations(inquiry: Inquiry, { filter }: { filter: AnalyticsFilter }): PhaseDuration[] {
  const { snapshot, workflow, now } = inquiry;
  const open = snapshot.all<{ phase: string; active: number }>(Prisma.sql`
    SELECT session.phase AS phase, COUNT(*) AS active
    FROM task_sessions session
    WHERE ${sessionsWhere(openSessions(filter), now)}
    GROUP BY +session.phase`);
  const tallies = talliesByPhase(inquiry, filter);
  const active = new Map(open.map((row) => [row.phase, row.active]));
  return phasesToShow(workflow, filter, [...tallies.keys(), ...active.keys()]).map((phase) => ({
    phase,
    tally: tallies.get(phase) ?? emptyTally,
    active: active.get(phase) ?? 0,
  }));
}

/** The phases in which a session has ended. */
export function talliesByPhase(
  { snapshot, now }: Inquiry,
  filter: AnalyticsFilter,
): ReadonlyMap<string, Tally> {
  const ended = snapshot.all<TallyRow & { phase: string }>(Prisma.sql`
    SELECT session.phase AS phase, ${tallyColumns}
    FROM task_sessions session
    WHERE ${unlessGivenUp(Prisma.sql`session.id`)} AND ${sessionsWhere(endedSessions(filter), now)}
    GROUP BY session.phase`);
  return new Map(ended.map(({ phase, ...row }) => [phase, readTally(row)]));
}

/** The phases of the workflow, whether anything happened in them or not, and the others that `found` names. */
export function phasesToShow(
  workflow: Workflow,
  { phase }: Pick<AnalyticsFilter, 'phase'>,
  found: readonly string[],
): string[] {
  return [...new Set([...workflow.phases, ...found])]
    .filter((known) => typeof phase !== 'string' || known === phase)
    .toSorted((one, other) => comparePhases(workflow, one, other));
}
