import { builder } from '../builder.ts';
import { Bucket } from './bucket.ts';
import { bucketLength } from './descriptions.ts';

const TaskHistoryFilter = builder.inputType('TaskHistoryFilter', {
  description:
    'Selects tasks and a range of their history. Everything that is given must match. Omitted fields have no effect.',
  fields: (t) => ({
    since: t.field({
      type: 'DateTime',
      description:
        'The start of the range (inclusive). It must not be in the future. Default: the creation of the oldest selected task.',
    }),
    until: t.field({
      type: 'DateTime',
      description: 'The end of the range (exclusive). A time in the future counts as now. Default: now.',
    }),
    epicKey: t.string({ description: 'Only tasks in the epic with this key, for example `E07`.' }),
    featureKey: t.string({ description: 'Only tasks in the feature with this key, for example `E07-F20`.' }),
  }),
});

export const taskHistoryArgs = builder.args((t) => ({
  filter: t.field({
    type: TaskHistoryFilter,
    description: 'Which tasks and which range of their history to count. Default: everything up to now.',
  }),
  bucket: t.field({ type: Bucket, defaultValue: 'DAY', required: true, description: bucketLength }),
}));
