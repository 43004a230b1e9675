import { builder } from '../builder.ts';
import { Bucket } from './bucket.ts';
import { bucketLength } from './descriptions.ts';

const TaskHistoryFilter = builder.inputType('TaskHistoryFilter', {
  description:
    'Selects tasks and a time range of their history. A task must match every field that you pass.',
  fields: (t) => ({
    since: t.field({
      type: 'DateTime',
      description:
        'The start of the time range (inclusive), not in the future. Default: the creation of the oldest selected task.',
    }),
    until: t.field({
      type: 'DateTime',
      description: 'The end of the time range (exclusive). A time in the future counts as now. Default: now.',
    }),
    epicKey: t.string({ description: 'Only tasks in the epic with this key, for example `E07`.' }),
    featureKey: t.string({ description: 'Only tasks in the feature with this key, for example `E07-F20`.' }),
  }),
});

export const taskHistoryArgs = builder.args((t) => ({
  filter: t.field({
    type: TaskHistoryFilter,
    description: 'Which tasks to count, and in which time range. Default: all tasks up to now.',
  }),
  bucket: t.field({ type: Bucket, defaultValue: 'DAY', required: true, description: bucketLength }),
}));
