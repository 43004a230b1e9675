import type { SessionSummary as Summary } from '../../domain/sessions/summary.ts';
import { builder } from '../builder.ts';

export const SessionSummary = builder.objectRef<Summary>('SessionSummary').implement({
  description: 'Totals over all sessions of a task.',
  fields: (t) => ({
    count: t.exposeInt('count', { description: 'The number of sessions, including the open one.' }),
    totalMinutes: t.exposeFloat('totalMinutes', {
      description: 'The sum of the durations of all ended sessions, in minutes.',
    }),
    completionRatePct: t.exposeFloat('completionRatePct', {
      nullable: true,
      description:
        'The share of completed sessions among all sessions of the task, including the open one, in percent (0 to 100, one decimal). Null if the task has no sessions.',
    }),
  }),
});
