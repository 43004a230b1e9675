import type { Status, Workflow } from '../../domain/workflow/workflow.ts';
import { builder } from '../builder.ts';

const WorkflowStatus = builder.objectRef<Status>('WorkflowStatus').implement({
  description: 'A status that a task can have.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description: 'The name of the status, for example `ready_for_code_review`.',
    }),
    phase: t.exposeString('phase', {
      description:
        'The phase that the status belongs to, for example `review`. `any` if the status belongs to no phase.',
    }),
    agentTypes: t.stringList({
      description: 'The types of the agents that can work on tasks in this status. Empty if every agent can.',
      resolve: ({ agentTypes }) => [...agentTypes],
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What the status means. Null if the workflow file contains no description.',
    }),
    color: t.exposeString('color', {
      nullable: true,
      description: 'The color to show the status in. Null if the workflow file defines no color.',
    }),
    staleAfter: t.expose('staleAfterMs', {
      type: 'Duration',
      nullable: true,
      description:
        'How long a session in this status can be open before it is stale. The argument `staleAfter` of `sessionTurnedStale` overrides this time. Null if the server default applies.',
    }),
    isStart: t.exposeBoolean('isStart', { description: 'Whether a new task can start in this status.' }),
    isTerminal: t.exposeBoolean('isTerminal', {
      description: 'Whether this is a final status: a task cannot move from it to another status.',
    }),
    transitions: t.stringList({
      description: 'The names of the statuses that can follow this status.',
      resolve: ({ transitions }) => [...transitions],
    }),
  }),
});

export const NextPhase = builder.objectRef<Status>('NextPhase').implement({
  description: 'The status in which the work on a task continues. Use it to choose the next agent.',
  fields: (t) => ({
    phase: t.exposeString('phase', {
      description: 'The workflow phase of the status, for example `review`.',
    }),
    status: t.exposeString('name', {
      description: 'The name of the status, for example `ready_for_code_review`.',
    }),
    agentTypes: t.stringList({
      description: 'The types of the agents that can work on tasks in this status. Empty if every agent can.',
      resolve: ({ agentTypes }) => [...agentTypes],
    }),
  }),
});

const WorkflowType = builder.objectRef<Workflow>('Workflow').implement({
  description: 'The statuses that tasks can have, and the transitions between them.',
  fields: (t) => ({
    phases: t.stringList({
      description: 'The workflow phases, in the order in which a task passes through them.',
      resolve: ({ phases }) => [...phases],
    }),
    statuses: t.field({
      type: [WorkflowStatus],
      description: 'The statuses that a task can have, in the order of the workflow file.',
      resolve: ({ statuses }) => [...statuses.values()],
    }),
  }),
});

builder.queryField('workflow', (t) =>
  t.field({
    type: WorkflowType,
    authScopes: { atLeast: 'viewer' },
    description: 'The workflow that this server uses.',
    resolve: (_root, _arguments, { workflow }) => workflow,
  }),
);
