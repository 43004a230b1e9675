import type { HistoryEntry as HistoryEntryRow } from '../../domain/tasks/task-history.ts';
import { longText } from '../limits/complexity.ts';
import { builder } from '../builder.ts';
import { noTime } from './descriptions.ts';

export const HistoryEntry = builder.objectRef<HistoryEntryRow>('HistoryEntry').implement({
  description: 'A status change of a task.',
  fields: (t) => ({
    fromStatus: t.exposeString('oldStatus', {
      nullable: true,
      description: 'The status of the task before the change. Null for the creation of the task.',
    }),
    toStatus: t.exposeString('newStatus', { description: 'The status of the task after the change.' }),
    agent: t.exposeString('agent', {
      nullable: true,
      description: 'The agent or person who made the change. Null if no name was recorded.',
    }),
    notes: t.exposeString('notes', {
      extensions: longText,
      nullable: true,
      description:
        'The notes recorded with the change, for example the reason of a rejection. Null if there are no notes.',
    }),
    at: t.expose('timestamp', {
      type: 'DateTime',
      nullable: true,
      description: `When the status changed. ${noTime}`,
    }),
  }),
});
