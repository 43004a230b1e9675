import { checkEpicKey } from '../../domain/input.ts';
import { allEpics, epicByKey } from '../../domain/tasks/lookups.ts';
import { longText } from '../limits/complexity.ts';
import { builder } from '../builder.ts';
import { Epic, Feature } from '../node-types.ts';

builder.node(Epic, {
  id: {
    resolve: ({ id }) => id,
    description:
      'The globally unique ID of the epic, for example `Epic:2`. It works only with the query `node`. Elsewhere, use the epic key.',
  },
  description: 'A large body of work. An epic consists of features.',
  loadWithoutCache: (id, { loaders }) => loaders.epic.load(Number(id)),
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The key of the epic, for example `E07`.' }),
    title: t.exposeString('title', { description: 'The title of the epic.' }),
    description: t.exposeString('description', {
      extensions: longText,
      nullable: true,
      description: 'The full description of the epic. Null if the epic has no description.',
    }),
    status: t.exposeString('status', {
      description: 'The status of the epic, for example `draft` or `active`.',
    }),
    priority: t.exposeString('priority', {
      description: 'The priority of the epic: `high`, `medium` or `low`.',
    }),
    features: t.field({
      type: [Feature],
      description: 'The features of the epic, sorted by key.',
      resolve: ({ id }, _arguments, { loaders }) => loaders.featuresOfEpic.load(id),
    }),
  }),
});

builder.queryFields((t) => ({
  epic: t.field({
    type: Epic,
    nullable: true,
    authScopes: { atLeast: 'viewer' },
    description: 'Returns the epic with this key. Null if no epic has this key.',
    args: { key: t.arg.string({ required: true, description: 'The key of the epic, for example `E07`.' }) },
    resolve: (_root, { key }, { read }) => epicByKey(read, checkEpicKey(key, 'key')),
  }),
  epics: t.field({
    type: [Epic],
    authScopes: { atLeast: 'viewer' },
    description: 'Lists all epics, sorted by key.',
    resolve: (_root, _arguments, { read }) => allEpics(read),
  }),
}));
