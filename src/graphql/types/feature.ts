import { checkFeatureKey } from '../../domain/input.ts';
import { builder } from '../builder.ts';
import { TaskConnection } from './task.ts';

builder.prismaNode('Feature', {
  nullable: true,
  id: {
    field: 'id',
    description: 'Names this feature for `node`. Everywhere else a feature goes by its key.',
  },
  description: 'A part of an epic, made of tasks.',
  select: { id: true },
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The key people use, for example `E07-F20`.' }),
    title: t.exposeString('title', { description: 'What it is, in a line.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is, at length.' }),
    status: t.exposeString('status', { description: 'How far it is, for example `active`.' }),
    executionOrder: t.exposeInt('executionOrder', {
      nullable: true,
      description: 'Its place in a planned order.',
    }),
    epic: t.relation('epic', {
      nullable: true,
      description:
        'The epic it belongs to; null where another program deleted the epic and left the feature.',
    }),
    tasks: t.relatedConnection(
      'tasks',
      {
        cursor: 'id',
        totalCount: true,
        description: 'Its tasks, in the order of their keys.',
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
    description: 'One feature; null when there is none with this key.',
    args: {
      key: t.arg.string({ required: true, description: 'The key of the feature, for example `E07-F20`.' }),
    },
    resolve: (query, _root, { key }, { read }) =>
      read.feature.findUnique({ ...query, where: { key: checkFeatureKey(key, 'key') } }),
  }),
);
