import { comparePhases, type Workflow } from '../workflow/workflow.ts';
import { type Outcome, outcomes } from '../sessions/close-session.ts';
import type { PastSession, Skip, SkipReason } from './sessions-from-history.ts';

/** What became of a history. */
export interface BackfillReport {
  /** Nothing was written: the sessions are those that would have been added. */
  readonly dryRun: boolean;
  readonly tasks: number;
  readonly rows: number;
  readonly added: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** In the order of the workflow; only those that got sessions. */
  readonly phases: readonly PhaseAdded[];
  /** The commonest first. */
  readonly skipped: readonly SkippedRows[];
}

export interface PhaseAdded {
  readonly phase: string;
  readonly count: number;
  readonly averageMinutes: number;
}

export interface SkippedRows {
  readonly reason: SkipReason;
  /** The status that all of them name; null where the reason does not depend on it. */
  readonly status: string | null;
  readonly count: number;
  /** The ids of the first rows. */
  readonly examples: readonly number[];
}

/** Counts what is done to a history while it is done. */
export interface SessionStatistics {
  read(rows: number): void;
  added(session: PastSession): void;
  skipped(skip: Skip): void;
  report(): BackfillReport;
}

const examplesShown = 3;

export function startCount(workflow: Workflow, dryRun: boolean): SessionStatistics {
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
      const alike = bySkip.get(key) ?? { reason, status: named, count: 0, examples: [] };
      bySkip.set(key, alike);
      alike.count += 1;
      if (alike.examples.length < examplesShown) alike.examples.push(historyId);
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
