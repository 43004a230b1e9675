import type { TaskNote as TaskNoteRow } from '../../domain/tasks/lookups.ts';
import { longText } from '../limits/complexity.ts';
import { builder } from '../builder.ts';
import { noTime } from './descriptions.ts';

export const TaskNote = builder.objectRef<TaskNoteRow>('TaskNote').implement({
  description: 'A note on a task.',
  fields: (t) => ({
    type: t.exposeString('noteType', {
      description: 'The type of the note, for example `rejection` or `decision`.',
    }),
    content: t.exposeString('content', { extensions: longText, description: 'The text of the note.' }),
    createdBy: t.exposeString('createdBy', {
      nullable: true,
      description: 'The agent or person who wrote the note. Null if no name was recorded.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: `When the note was written. ${noTime}`,
    }),
  }),
});
