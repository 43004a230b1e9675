import { builder } from '../builder.ts';

builder.prismaObject('TaskHistory', {
  name: 'HistoryEntry',
  description: 'A status change of a task.',
  select: { id: true },
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
      nullable: true,
      description:
        'The notes recorded with the change, for example the reason of a rejection. Null if there are no notes.',
    }),
    at: t.expose('timestamp', { type: 'DateTime', description: 'When the status changed.' }),
  }),
});
