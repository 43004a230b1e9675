import { builder } from '../builder.ts';

export const TaskHistoryFilter = builder.inputType('TaskHistoryFilter', {
  description:
    'Which tasks, and which part of their history. Everything that is given has to hold; what is left out does not narrow the choice.',
  fields: (t) => ({
    since: t.field({
      type: 'DateTime',
      description:
        'From this instant on; from the creation of the first of these tasks when left out. It may not lie in the future.',
    }),
    until: t.field({
      type: 'DateTime',
      description: 'Up to, and without, this instant; up to now when left out or when it lies in the future.',
    }),
    epicKey: t.string({ description: 'Tasks of this epic, for example `E07`.' }),
    featureKey: t.string({ description: 'Tasks of this feature, for example `E07-F20`.' }),
  }),
});
