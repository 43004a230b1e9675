import type { Status, Workflow } from '../../domain/workflow/workflow.ts';
import { builder } from '../builder.ts';

const WorkflowStatus = builder.objectRef<Status>('WorkflowStatus').implement({
  description: 'One place in the workflow where a task may stand.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, for example `ready_for_code_review`.' }),
    phase: t.exposeString('phase', {
      description: 'The group it belongs to, for example `review`; `any` for those that belong to none.',
    }),
    agentTypes: t.stringList({
      description: 'The kinds of agent that work here; empty when any may.',
      resolve: ({ agentTypes }) => [...agentTypes],
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What it means, where the workflow file says so.',
    }),
    color: t.exposeString('color', {
      nullable: true,
      description: 'The colour to show it in, where the workflow file names one.',
    }),
    staleAfter: t.expose('staleAfterMs', {
      type: 'Duration',
      nullable: true,
      description:
        'How long a session in this status may be open before it is stale, where a subscription names no threshold of its own; null: as long as the setting of the server says.',
    }),
    isStart: t.exposeBoolean('isStart', { description: 'Whether new tasks may begin here.' }),
    isTerminal: t.exposeBoolean('isTerminal', { description: 'Whether no way leads on from here.' }),
    transitions: t.stringList({
      description: 'The statuses that a task may go to from here.',
      resolve: ({ transitions }) => [...transitions],
    }),
  }),
});

export const NextPhase = builder.objectRef<Status>('NextPhase').implement({
  description: 'Where a task goes on: what an orchestrator needs to choose the next agent.',
  fields: (t) => ({
    phase: t.exposeString('phase', { description: 'The phase that comes next.' }),
    status: t.exposeString('name', { description: 'The status the task is or will be in then.' }),
    agentTypes: t.stringList({
      description: 'The kinds of agent that take work there; empty when any may.',
      resolve: ({ agentTypes }) => [...agentTypes],
    }),
  }),
});

const WorkflowType = builder.objectRef<Workflow>('Workflow').implement({
  description: 'The rules by which tasks move.',
  fields: (t) => ({
    phases: t.stringList({
      description: 'The phases, in the order in which work passes through them.',
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
    description: 'The workflow that this server follows.',
    resolve: (_root, _arguments, { workflow }) => workflow,
  }),
);
