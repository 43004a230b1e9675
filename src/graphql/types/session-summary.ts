import type { SessionSummary as Summary } from '../../domain/sessions/summary.ts';
import { builder } from '../builder.ts';

export const SessionSummary = builder.objectRef<Summary>('SessionSummary').implement({
  description: 'Totals over all sessions of a task.',
  fields: (t) => ({
    count: t.exposeInt('count', {
      description: 'The number of sessions of the task, including the open session.',
    }),
    totalMinutes: t.exposeFloat('totalMinutes', {
      description: 'The sum of the durations of all ended sessions, in minutes.',
    }),
    completionRatePct: t.exposeFloat('completionRatePct', {
      nullable: true,
      description:
        'The percentage of sessions of the task that were completed (0 to 100, one decimal). An open session counts too. Null without sessions.',
    }),
  }),
});
