import { outcomes } from '../../domain/sessions/close-session.ts';
import type { BackfillReport, PhaseAdded, SkippedRows } from '../../domain/backfill/report.ts';
import type { SkipReason } from '../../domain/backfill/sessions-from-history.ts';

/** The report as a person reads it, several lines. */
export function reportText(report: BackfillReport): string {
  return [
    `Read ${counted(report.rows, 'history row')} of ${counted(report.tasks, 'task')}.`,
    addedLine(report),
    ...report.phases.map(phaseLine),
    ...(report.skipped.length > 0 ? ['Skipped:', ...report.skipped.map(skippedLine)] : []),
    ...(report.dryRun ? ['Nothing was changed: this was a dry run.'] : []),
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

/** What was skipped, for one and for several. */
const words: Readonly<Record<SkipReason, readonly [one: string, several: string]>> = {
  'no-task': ['row of a task that does not exist', 'rows of tasks that do not exist'],
  'no-status': ['row that names no status: it moves no task', 'rows that name no status: they move no task'],
  'unknown-status': [
    'entry into STATUS, which the workflow does not have',
    'entries into STATUS, which the workflow does not have',
  ],
  'still-open': [
    'segment of work without an end: no session is opened, since nobody would hold it',
    'segments of work without an end: no session is opened, since nobody would hold it',
  ],
  'unreadable-time': [
    'segment of work with a time that cannot be read',
    'segments of work with a time that cannot be read',
  ],
  'clock-went-back': [
    'segment of work in which the clock went back: it ends before it begins, or overlaps with other work on the task',
    'segments of work in which the clock went back: they end before they begin, or overlap with other work on the task',
  ],
  'already-recorded': [
    'segment of work of which there is a session already',
    'segments of work of which there are sessions already',
  ],
};

function counted(count: number, noun: string): string {
  return `${formatted(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function formatted(count: number): string {
  return count.toLocaleString('en');
}
