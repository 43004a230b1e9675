import { builder } from '../builder.ts';

builder.prismaObject('TaskNote', {
  description: 'Something written down about a task.',
  select: { id: true },
  fields: (t) => ({
    type: t.exposeString('noteType', {
      description: 'What kind of note it is, for example `rejection` or `decision`.',
    }),
    content: t.exposeString('content', { description: 'The text.' }),
    createdBy: t.exposeString('createdBy', {
      nullable: true,
      description: 'Who wrote it; null when that was not recorded.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
  }),
});
