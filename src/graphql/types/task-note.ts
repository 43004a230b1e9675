import { builder } from '../builder.ts';

builder.prismaObject('TaskNote', {
  description: 'A note on a task.',
  select: { id: true },
  fields: (t) => ({
    type: t.exposeString('noteType', {
      description: 'The type of the note, for example `rejection` or `decision`.',
    }),
    content: t.exposeString('content', { description: 'The text of the note.' }),
    createdBy: t.exposeString('createdBy', {
      nullable: true,
      description: 'The agent or person who wrote the note. Null if no name was recorded.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the note was written.' }),
  }),
});
