import { checkFeatureKey } from '../../domain/input.ts';
import { featureByKey } from '../../domain/tasks/lookups.ts';
import { longText } from '../limits/complexity.ts';
import { builder } from '../builder.ts';
import { Epic, Feature, Task } from '../node-types.ts';
import { pageOf } from '../pagination/connection.ts';
import { inListOrder, positionAfter } from '../pagination/page.ts';
import { TaskConnection } from './task.ts';

builder.node(Feature, {
  id: {
    resolve: ({ id }) => id,
    description:
      'The globally unique ID of the feature, for example `Feature:3`. It works only with the query `node`. Elsewhere, use the feature key.',
  },
  description: 'A part of an epic. A feature consists of tasks.',
  loadWithoutCache: (id, { loaders }) => loaders.feature.load(Number(id)),
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The key of the feature, for example `E07-F20`.' }),
    title: t.exposeString('title', { description: 'The title of the feature.' }),
    description: t.exposeString('description', {
      extensions: longText,
      nullable: true,
      description: 'The full description of the feature. Null if the feature has no description.',
    }),
    status: t.exposeString('status', {
      description: 'The status of the feature, for example `draft` or `active`.',
    }),
    executionOrder: t.exposeInt('executionOrder', {
      nullable: true,
      description:
        'The planned position of the feature. Lower numbers come first. Null if the feature has no planned position.',
    }),
    epic: t.field({
      type: Epic,
      nullable: true,
      description: 'The epic that the feature belongs to. Null if another program deleted that epic.',
      resolve: ({ epicId }, _arguments, { loaders }) => loaders.epic.load(epicId),
    }),
    tasks: t.connection(
      {
        type: Task,
        description: 'The tasks of the feature, sorted by key.',
        resolve: ({ id }, page, { loaders }, info) =>
          pageOf(page, info, {
            async load(take) {
              const position = await positionAfter(page, (cursor) => loaders.task.load(cursor));
              const tasks = await loaders.tasksOfFeature.load({
                id,
                after: position?.key,
                atMost: Math.abs(take),
                backward: take < 0,
              });
              return inListOrder(take, tasks);
            },
            totalCount: () => loaders.taskCount.load(id),
          }),
      },
      TaskConnection,
    ),
  }),
});

builder.queryField('feature', (t) =>
  t.field({
    type: Feature,
    nullable: true,
    authScopes: { atLeast: 'viewer' },
    description: 'Returns the feature with this key. Null if no feature has this key.',
    args: {
      key: t.arg.string({ required: true, description: 'The key of the feature, for example `E07-F20`.' }),
    },
    resolve: (_root, { key }, { read }) => featureByKey(read, checkFeatureKey(key, 'key')),
  }),
);
