import type { TaskHistoryQuery } from '../../client/generated/graphql.ts';
import type { Palette } from './palette.ts';
import { shortened } from '../../shared/terminal-text.ts';
import { timeText } from './quantities.ts';
import { table } from './table.ts';

type TaskWithHistory = NonNullable<TaskHistoryQuery['task']>;

/** Formats a table of the status changes of a task. */
export function historyTable(history: TaskWithHistory['history'], palette: Palette): string {
  return table(
    history,
    [
      { heading: 'WHEN (UTC)', cell: ({ at }) => timeText(at) },
      { heading: 'FROM', cell: ({ fromStatus }) => fromStatus ?? '–' },
      { heading: 'TO', cell: ({ toStatus }) => toStatus },
      { heading: 'BY', cell: ({ agent }) => shortened(agent ?? '–', 30) },
      { heading: 'NOTES', cell: ({ notes }) => shortened(notes ?? '', 60) },
    ],
    palette,
  );
}

/** Formats a table of the notes on a task. */
export function notesTable(notes: TaskWithHistory['notes'], palette: Palette): string {
  return table(
    notes,
    [
      { heading: 'WHEN (UTC)', cell: ({ createdAt }) => timeText(createdAt) },
      { heading: 'NOTE', cell: ({ type }) => type },
      { heading: 'BY', cell: ({ createdBy }) => shortened(createdBy ?? '–', 30) },
      { heading: 'TEXT', cell: ({ content }) => shortened(content, 80) },
    ],
    palette,
  );
}
