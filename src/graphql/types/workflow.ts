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
        'The phase that the status belongs to, for example `review`. `any` if it belongs to no phase.',
    }),
    agentTypes: t.stringList({
      description: 'The types of agent that work on tasks in this status. Empty if any type can.',
      resolve: ({ agentTypes }) => [...agentTypes],
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What the status means. Null if the workflow file does not say.',
    }),
    color: t.exposeString('color', {
      nullable: true,
      description: 'The color to show the status in. Null if the workflow file does not define one.',
    }),
    staleAfter: t.expose('staleAfterMs', {
      type: 'Duration',
      nullable: true,
      description:
        'How long a session in this status can be open before it is stale. The `staleAfter` argument of `sessionTurnedStale` overrides it. Null if the default of the server applies.',
    }),
    isStart: t.exposeBoolean('isStart', { description: 'Whether a new task can start in this status.' }),
    isTerminal: t.exposeBoolean('isTerminal', {
      description:
        'Whether a task in this status stays there: the workflow has no transition to another status.',
    }),
    transitions: t.stringList({
      description: 'The names of the statuses to which a task in this status can move.',
      resolve: ({ transitions }) => [...transitions],
    }),
  }),
});

export const NextPhase = builder.objectRef<Status>('NextPhase').implement({
  description:
    'The status in which a task continues. Use it to choose the agent that works on the task next.',
  fields: (t) => ({
    phase: t.exposeString('phase', {
      description: 'The workflow phase of the status, for example `review`.',
    }),
    status: t.exposeString('name', {
      description: 'The name of the status, for example `ready_for_code_review`.',
    }),
    agentTypes: t.stringList({
      description: 'The types of agent that work on tasks in this status. Empty if any type can.',
      resolve: ({ agentTypes }) => [...agentTypes],
    }),
  }),
});

const WorkflowType = builder.objectRef<Workflow>('Workflow').implement({
  description: 'The statuses that tasks can have, and the transitions between them.',
  fields: (t) => ({
    phases: t.stringList({
      description: 'The phases, in the order in which tasks pass through them.',
      resolve: ({ phases }) => [...phases],
    }),
    statuses: t.field({
      type: [WorkflowStatus],
      description: 'The statuses, in the order of the workflow file.',
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
