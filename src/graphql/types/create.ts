import {
  EpicNotFoundError,
  FeatureNotFoundError,
  InvalidInputError,
  KeyTakenError,
  StatusNotAllowedError,
} from '../../domain/errors.ts';
import { createEpic, createFeature, createTask } from '../../domain/tasks/create.ts';
import type { Epic as EpicRow } from '../../domain/tasks/epic.ts';
import type { Feature as FeatureRow } from '../../domain/tasks/feature.ts';
import type { Task as TaskRow } from '../../domain/tasks/task.ts';
import { builder } from '../builder.ts';
import { Epic, Feature, Task } from '../node-types.ts';
import { resultUnion } from './task-mutation.ts';

const title = 'A short title. 1 to 500 characters.';
const description = 'The full description. Up to 10,000 characters. Default: none.';

const Priority = builder.enumType('EpicPriority', {
  description: 'The priority of an epic.',
  values: {
    HIGH: { value: 'high', description: 'More urgent than most epics.' },
    MEDIUM: { value: 'medium', description: 'The normal urgency of an epic.' },
    LOW: { value: 'low', description: 'Less urgent than most epics.' },
  } as const,
});

const CreateEpicInput = builder.inputType('CreateEpicInput', {
  description: 'The input of the mutation `createEpic`.',
  fields: (t) => ({
    key: t.string({ description: 'The key of the epic, for example `E07`. Default: the next free key.' }),
    title: t.string({ required: true, description: title }),
    description: t.string({ description }),
    priority: t.field({ type: Priority, description: 'The priority of the epic. Default: `MEDIUM`.' }),
  }),
});

const CreateFeatureInput = builder.inputType('CreateFeatureInput', {
  description: 'The input of the mutation `createFeature`.',
  fields: (t) => ({
    epicKey: t.string({
      required: true,
      description: 'The key of the epic, for example `E07`.',
    }),
    key: t.string({
      description:
        'The key of the feature, for example `E07-F20`. It must start with the epic key. Default: the next free key.',
    }),
    title: t.string({ required: true, description: title }),
    description: t.string({ description }),
    executionOrder: t.int({
      description: 'The planned position of the feature. Lower numbers come first. Default: none.',
    }),
  }),
});

const CreateTaskInput = builder.inputType('CreateTaskInput', {
  description: 'The input of the mutation `createTask`.',
  fields: (t) => ({
    featureKey: t.string({
      required: true,
      description: 'The key of the feature, for example `E07-F20`.',
    }),
    key: t.string({
      description:
        'The key of the task, for example `T-E07-F20-001`. It must start with `T-` and the feature key. Default: the next free key.',
    }),
    title: t.string({ required: true, description: title }),
    description: t.string({ description }),
    status: t.string({
      description:
        'The status in which the task starts. It can be any workflow status. Default: the first start status.',
    }),
    agentType: t.string({
      description: 'The planned type of agent, for example `backend`. Default: none.',
    }),
    priority: t.int({
      description: 'The priority of the task, from 1 (most urgent) to 10 (least urgent). Default: 5.',
    }),
    executionOrder: t.int({
      description: 'The planned position of the task. Lower numbers come first. Default: none.',
    }),
    dependsOn: t.stringList({
      description:
        'The keys of existing tasks that must be complete before `claimNextTask` chooses the new task. Default: none.',
    }),
  }),
});

const CreateEpicPayload = builder.objectRef<{ epic: EpicRow }>('CreateEpicPayload').implement({
  description: 'What `createEpic` returns on success: the new epic.',
  fields: (t) => ({
    epic: t.expose('epic', { type: Epic, description: 'The new epic.' }),
  }),
});

const CreateFeaturePayload = builder.objectRef<{ feature: FeatureRow }>('CreateFeaturePayload').implement({
  description: 'What `createFeature` returns on success: the new feature.',
  fields: (t) => ({
    feature: t.expose('feature', { type: Feature, description: 'The new feature.' }),
  }),
});

const CreateTaskPayload = builder.objectRef<{ task: TaskRow }>('CreateTaskPayload').implement({
  description: 'What `createTask` returns on success: the new task.',
  fields: (t) => ({
    task: t.expose('task', { type: Task, description: 'The new task.' }),
  }),
});

builder.mutationFields((t) => ({
  createEpic: t.field({
    type: CreateEpicPayload,
    authScopes: { atLeast: 'orchestrator' },
    description: 'Creates an epic. Requires the `orchestrator` role.',
    errors: resultUnion('createEpic', [InvalidInputError, KeyTakenError]),
    args: { input: t.arg({ type: CreateEpicInput, required: true, description: 'The epic to create.' }) },
    resolve: async (_root, { input }, { write }) => ({
      epic: await write((operation) => createEpic(operation, input)),
    }),
  }),
  createFeature: t.field({
    type: CreateFeaturePayload,
    authScopes: { atLeast: 'orchestrator' },
    description: 'Creates a feature in an epic. Requires the `orchestrator` role.',
    errors: resultUnion('createFeature', [InvalidInputError, EpicNotFoundError, KeyTakenError]),
    args: {
      input: t.arg({ type: CreateFeatureInput, required: true, description: 'The feature to create.' }),
    },
    resolve: async (_root, { input }, { write }) => ({
      feature: await write((operation) => createFeature(operation, input)),
    }),
  }),
  createTask: t.field({
    type: CreateTaskPayload,
    authScopes: { atLeast: 'orchestrator' },
    description: 'Creates a task in a feature. Requires the `orchestrator` role.',
    errors: resultUnion('createTask', [
      InvalidInputError,
      FeatureNotFoundError,
      KeyTakenError,
      StatusNotAllowedError,
    ]),
    args: { input: t.arg({ type: CreateTaskInput, required: true, description: 'The task to create.' }) },
    resolve: async (_root, { input }, { write }) => ({
      task: await write((operation) => createTask(operation, input)),
    }),
  }),
}));
