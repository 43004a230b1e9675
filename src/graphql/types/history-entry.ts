import { builder } from '../builder.ts';

builder.prismaObject('TaskHistory', {
  name: 'HistoryEntry',
  description: 'One change of the status of a task.',
  select: { id: true },
  fields: (t) => ({
    fromStatus: t.exposeString('oldStatus', {
      nullable: true,
      description: 'The status before; null when the task was created.',
    }),
    toStatus: t.exposeString('newStatus', { description: 'The status after.' }),
    agent: t.exposeString('agent', {
      nullable: true,
      description: 'Who changed it; null when that was not recorded.',
    }),
    notes: t.exposeString('notes', {
      nullable: true,
      description: 'What was said about it, for example the reason of a rejection.',
    }),
    at: t.expose('timestamp', { type: 'DateTime', description: 'When it changed.' }),
  }),
});
