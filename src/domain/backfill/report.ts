import { comparePhases, type Workflow } from '../workflow/workflow.ts';
import { type Outcome, outcomes } from '../../shared/outcomes.ts';
import type { PastSession, Skip, SkipReason } from './sessions-from-history.ts';

/** The report of a backfill, which adds sessions for past work. */
export interface BackfillReport {
  /** If true, the backfill wrote nothing, and `added` is the number of sessions that it would have added. */
  readonly dryRun: boolean;
  /** The number of tasks that have history rows. */
  readonly tasks: number;
  /** The number of history rows that the backfill read. */
  readonly rows: number;
  /** The number of sessions. */
  readonly added: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** The phases of the added sessions, in the order of the workflow. */
  readonly phases: readonly PhaseAdded[];
  /** Most rows first. */
  readonly skipped: readonly SkippedRows[];
  /** The unknown statuses that are probably former names of statuses. */
  readonly suggestions: readonly SuggestedName[];
}

/** An unknown status that is probably the former name of a status of the workflow. */
export interface SuggestedName {
  readonly formerName: string;
  readonly status: string;
  /** The number of additional sessions with this mapping. */
  readonly added: number;
  /** The number of sessions whose outcome would be another with this mapping. */
  readonly corrected: number;
}

export interface PhaseAdded {
  readonly phase: string;
  readonly count: number;
  readonly averageMinutes: number;
}

export interface SkippedRows {
  readonly reason: SkipReason;
  /** The unknown status if the reason is `unknown-status`. Null for other reasons. */
  readonly status: string | null;
  readonly count: number;
  /** The ids of the first three skipped rows. */
  readonly examples: readonly number[];
}

/** Collects the numbers for the report of a backfill. */
export interface BackfillCounter {
  /** Counts one task and its history rows. */
  read(rows: number): void;
  added(session: PastSession): void;
  skipped(skip: Skip): void;
  report(): Omit<BackfillReport, 'suggestions'>;
}

const maximumExamples = 3;

export function createBackfillCounter(workflow: Workflow, dryRun: boolean): BackfillCounter {
  let tasks = 0;
  let rows = 0;
  const byOutcome: Record<Outcome, number> = { completed: 0, rejected: 0, blocked: 0, abandoned: 0 };
  const byPhase = new Map<string, { count: number; milliseconds: number }>();
  const bySkip = new Map<
    string,
    { reason: SkipReason; status: string | null; count: number; examples: number[] }
  >();

  return {
    read(ofTask) {
      tasks += 1;
      rows += ofTask;
    },
    added({ outcome, phase, startedAtMs, endedAtMs }) {
      byOutcome[outcome] += 1;
      const inPhase = byPhase.get(phase) ?? { count: 0, milliseconds: 0 };
      byPhase.set(phase, inPhase);
      inPhase.count += 1;
      inPhase.milliseconds += endedAtMs - startedAtMs;
    },
    skipped({ reason, historyId, status }) {
      const named = reason === 'unknown-status' ? status : null;
      const key = `${reason} ${named ?? ''}`;
      const group = bySkip.get(key) ?? { reason, status: named, count: 0, examples: [] };
      bySkip.set(key, group);
      group.count += 1;
      if (group.examples.length < maximumExamples) group.examples.push(historyId);
    },
    report: () => ({
      dryRun,
      tasks,
      rows,
      added: outcomes.reduce((sum, outcome) => sum + byOutcome[outcome], 0),
      outcomes: { ...byOutcome },
      phases: [...byPhase]
        .toSorted(([one], [other]) => comparePhases(workflow, one, other))
        .map(([phase, { count, milliseconds }]) => ({
          phase,
          count,
          averageMinutes: milliseconds / count / 60_000,
        })),
      skipped: [...bySkip.values()].toSorted((one, other) => other.count - one.count),
    }),
  };
}
