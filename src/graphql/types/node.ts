import { builder } from '../builder.ts';

builder.queryField('node', (t) =>
  t.node({
    authScopes: { atLeast: 'viewer' },
    description: 'Returns the object with this globally unique ID. Null if no object has this ID.',
    args: {
      id: t.arg.id({
        required: true,
        description: 'The ID of the object, as returned in its `id` field, for example `Task:7`.',
      }),
    },
    id: (_root, { id }) => id,
  }),
);
