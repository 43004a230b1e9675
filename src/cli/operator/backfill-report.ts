import { outcomes } from '../../shared/outcomes.ts';
import type { BackfillReport, PhaseAdded, SkippedRows, SuggestedName } from '../../domain/backfill/report.ts';
import type { SkipReason } from '../../domain/backfill/sessions-from-history.ts';

/** Formats the report of a backfill as text with several lines. */
export function reportText(report: BackfillReport): string {
  return [
    `Found ${counted(report.rows, 'history row')} of ${counted(report.tasks, 'task')}.`,
    addedLine(report),
    ...report.phases.map(phaseLine),
    ...(report.skipped.length > 0 ? ['Skipped:', ...report.skipped.map(skippedLine)] : []),
    ...report.suggestions.map(suggestionLine),
    ...(report.dryRun ? ['Dry run: nothing was changed.'] : []),
  ].join('\n');
}

function addedLine({ dryRun, added, outcomes: counts }: BackfillReport): string {
  const parts = outcomes
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${formatted(counts[outcome])} ${outcome}`);
  const sessions = `${dryRun ? 'Would add' : 'Added'} ${counted(added, 'session')}`;
  return parts.length === 0 ? `${sessions}.` : `${sessions}: ${parts.join(', ')}.`;
}

function phaseLine({ phase, count, averageMinutes }: PhaseAdded): string {
  const minutes = averageMinutes.toLocaleString('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return `  ${phase}: ${counted(count, 'session')} of ${minutes} minutes on average`;
}

function skippedLine({ reason, status, count, examples }: SkippedRows): string {
  const [one, several] = words[reason];
  const what = (count === 1 ? one : several).replace('STATUS', `'${status ?? ''}'`);
  const ids = `task_history ${examples.join(', ')}${count > examples.length ? ', …' : ''}`;
  return `  ${formatted(count)} ${what} (${ids})`;
}

function suggestionLine({ formerName, status, added, corrected }: SuggestedName): string {
  const effect =
    added > 0
      ? `add ${counted(added, 'more session')}`
      : `correct the outcome of ${counted(corrected, 'session')}`;
  return `'${formerName}' is probably a former name of '${status}'. To ${effect}, use --map ${formerName}=${status}`;
}

/** The reasons to skip history rows, in singular and plural. */
const words: Readonly<Record<SkipReason, readonly [one: string, several: string]>> = {
  'no-task': ['row of a task that does not exist', 'rows of tasks that do not exist'],
  'no-status': ['row without a status', 'rows without a status'],
  'unknown-status': [
    'status change to STATUS, which is not in the workflow',
    'status changes to STATUS, which is not in the workflow',
  ],
  'still-open': [
    'work period without an end, so it cannot become a closed session',
    'work periods without an end, so they cannot become closed sessions',
  ],
  'unreadable-time': ['work period with an invalid time', 'work periods with an invalid time'],
  'clock-went-back': [
    'work period with wrong times, because a clock was set back',
    'work periods with wrong times, because a clock was set back',
  ],
  'already-recorded': ['work period that already has a session', 'work periods that already have sessions'],
};

function counted(count: number, noun: string): string {
  return `${formatted(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function formatted(count: number): string {
  return count.toLocaleString('en');
}
