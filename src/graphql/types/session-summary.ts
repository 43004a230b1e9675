import type { SessionSummary as Summary } from '../../domain/sessions/summary.ts';
import { builder } from '../builder.ts';

export const SessionSummary = builder.objectRef<Summary>('SessionSummary').implement({
  description: 'What the sessions of a task add up to.',
  fields: (t) => ({
    count: t.exposeInt('count', { description: 'How many sessions there were, the open one included.' }),
    totalMinutes: t.exposeFloat('totalMinutes', {
      description: 'Minutes spent in the sessions that have ended.',
    }),
    completionRatePct: t.exposeFloat('completionRatePct', {
      nullable: true,
      description:
        'Completed sessions per hundred of all its sessions, with one decimal; null when there is none.',
    }),
  }),
});
