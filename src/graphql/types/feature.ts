import { checkFeatureKey } from '../../domain/input.ts';
import { builder } from '../builder.ts';
import { TaskConnection } from './task.ts';

builder.prismaNode('Feature', {
  nullable: true,
  id: {
    field: 'id',
    description:
      'The globally unique ID of the feature, for example `Feature:3`. It works only with the query `node`. Elsewhere, use the feature key.',
  },
  description: 'A part of an epic. A feature consists of tasks.',
  select: { id: true },
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The key of the feature, for example `E07-F20`.' }),
    title: t.exposeString('title', { description: 'The title of the feature.' }),
    description: t.exposeString('description', {
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
    epic: t.relation('epic', {
      nullable: true,
      description: 'The epic that the feature belongs to. Null if another program deleted that epic.',
    }),
    tasks: t.relatedConnection(
      'tasks',
      {
        cursor: 'id',
        totalCount: true,
        description: 'The tasks of the feature, sorted by key.',
        query: { orderBy: { key: 'asc' } },
      },
      TaskConnection,
    ),
  }),
});

builder.queryField('feature', (t) =>
  t.prismaField({
    type: 'Feature',
    nullable: true,
    authScopes: { atLeast: 'viewer' },
    description: 'Returns the feature with this key. Null if no feature has this key.',
    args: {
      key: t.arg.string({ required: true, description: 'The key of the feature, for example `E07-F20`.' }),
    },
    resolve: (query, _root, { key }, { read }) =>
      read.feature.findUnique({ ...query, where: { key: checkFeatureKey(key, 'key') } }),
  }),
);
