import { checkEpicKey } from '../../domain/input.ts';
import { builder } from '../builder.ts';

builder.prismaNode('Epic', {
  nullable: true,
  id: { field: 'id', description: 'Names this epic for `node`. Everywhere else an epic goes by its key.' },
  description: 'A large undertaking, made of features.',
  select: { id: true },
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The key people use, for example `E07`.' }),
    title: t.exposeString('title', { description: 'What it is, in a line.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is, at length.' }),
    status: t.exposeString('status', { description: 'How far it is, for example `active`.' }),
    priority: t.exposeString('priority', { description: '`high`, `medium` or `low`.' }),
    features: t.relation('features', {
      description: 'Its features, in the order of their keys.',
      query: { orderBy: { key: 'asc' } },
    }),
  }),
});

builder.queryFields((t) => ({
  epic: t.prismaField({
    type: 'Epic',
    nullable: true,
    authScopes: { atLeast: 'viewer' },
    description: 'One epic; null when there is none with this key.',
    args: { key: t.arg.string({ required: true, description: 'The key of the epic, for example `E07`.' }) },
    resolve: (query, _root, { key }, { read }) =>
      read.epic.findUnique({ ...query, where: { key: checkEpicKey(key, 'key') } }),
  }),
  epics: t.prismaField({
    type: ['Epic'],
    authScopes: { atLeast: 'viewer' },
    description: 'All epics, in the order of their keys.',
    resolve: (query, _root, _arguments, { read }) =>
      read.epic.findMany({ ...query, orderBy: { key: 'asc' } }),
  }),
}));
