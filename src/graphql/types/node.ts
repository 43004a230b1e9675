import { builder } from '../builder.ts';

builder.queryField('node', (t) =>
  t.node({
    authScopes: { atLeast: 'viewer' },
    description: 'Fetches anything that has an id by that id; null when there is no such thing.',
    args: {
      id: t.arg.id({ required: true, description: 'An `id` of an earlier answer, for example `Task:7`.' }),
    },
    id: (_root, { id }) => id,
  }),
);
