import {
  EpicNotFoundError,
  FeatureNotFoundError,
  InvalidInputError,
  KeyTakenError,
  StatusNotAllowedError,
} from '../../domain/errors.ts';
import { createEpic, createFeature, createTask } from '../../domain/tasks/create.ts';
import { builder } from '../builder.ts';

const title = 'What it is, in a line. Up to 500 characters.';
const description = 'What it is, at length. Up to 10,000 characters.';

const Priority = builder.enumType('EpicPriority', {
  description: 'How much an epic matters.',
  values: {
    HIGH: { value: 'high', description: 'Before others.' },
    MEDIUM: { value: 'medium', description: 'In its turn.' },
    LOW: { value: 'low', description: 'When there is time.' },
  } as const,
});

const CreateEpicInput = builder.inputType('CreateEpicInput', {
  description: 'The epic to create.',
  fields: (t) => ({
    key: t.string({ description: 'Its key, for example `E07`; the next free one when left out.' }),
    title: t.string({ required: true, description: title }),
    description: t.string({ description }),
    priority: t.field({ type: Priority, description: 'How much it matters; medium when left out.' }),
  }),
});

const CreateFeatureInput = builder.inputType('CreateFeatureInput', {
  description: 'The feature to create.',
  fields: (t) => ({
    epicKey: t.string({ required: true, description: 'The key of the epic it belongs to.' }),
    key: t.string({ description: 'Its key, for example `E07-F20`; the next free one when left out.' }),
    title: t.string({ required: true, description: title }),
    description: t.string({ description }),
    executionOrder: t.int({ description: 'Its place in a planned order.' }),
  }),
});

const CreateTaskInput = builder.inputType('CreateTaskInput', {
  description: 'The task to create.',
  fields: (t) => ({
    featureKey: t.string({ required: true, description: 'The key of the feature it belongs to.' }),
    key: t.string({ description: 'Its key, for example `T-E07-F20-001`; the next free one when left out.' }),
    title: t.string({ required: true, description: title }),
    description: t.string({ description }),
    status: t.string({
      description: 'Any status of the workflow; the first in which tasks start when left out.',
    }),
    agentType: t.string({ description: 'The kind of agent it is planned for.' }),
    priority: t.int({ description: 'From 1, the most urgent, to 10; 5 when left out.' }),
    executionOrder: t.int({ description: 'Its place in a planned order.' }),
    dependsOn: t.stringList({ description: 'The keys of the tasks that have to be finished first.' }),
  }),
});

const CreateEpicPayload = builder.objectRef<{ epicId: number }>('CreateEpicPayload').implement({
  description: 'The epic was created.',
  fields: (t) => ({
    epic: t.prismaField({
      type: 'Epic',
      description: 'The new epic.',
      resolve: (query, { epicId }, _arguments, { read }) =>
        read.epic.findUniqueOrThrow({ ...query, where: { id: epicId } }),
    }),
  }),
});

const CreateFeaturePayload = builder.objectRef<{ featureId: number }>('CreateFeaturePayload').implement({
  description: 'The feature was created.',
  fields: (t) => ({
    feature: t.prismaField({
      type: 'Feature',
      description: 'The new feature.',
      resolve: (query, { featureId }, _arguments, { read }) =>
        read.feature.findUniqueOrThrow({ ...query, where: { id: featureId } }),
    }),
  }),
});

const CreateTaskPayload = builder.objectRef<{ taskId: number }>('CreateTaskPayload').implement({
  description: 'The task was created.',
  fields: (t) => ({
    task: t.prismaField({
      type: 'Task',
      description: 'The new task.',
      resolve: (query, { taskId }, _arguments, { read }) =>
        read.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
    }),
  }),
});

builder.mutationFields((t) => ({
  createEpic: t.field({
    type: CreateEpicPayload,
    authScopes: { atLeast: 'orchestrator' },
    description: 'Creates an epic.',
    errors: {
      types: [InvalidInputError, KeyTakenError],
      union: { name: 'CreateEpicResult', description: 'The new epic, or why it was not created.' },
    },
    args: { input: t.arg({ type: CreateEpicInput, required: true, description: 'The epic to create.' }) },
    resolve: async (_root, { input }, { write }) => ({
      epicId: await write((operation) => createEpic(operation, input)),
    }),
  }),
  createFeature: t.field({
    type: CreateFeaturePayload,
    authScopes: { atLeast: 'orchestrator' },
    description: 'Creates a feature in an epic.',
    errors: {
      types: [InvalidInputError, EpicNotFoundError, KeyTakenError],
      union: { name: 'CreateFeatureResult', description: 'The new feature, or why it was not created.' },
    },
    args: {
      input: t.arg({ type: CreateFeatureInput, required: true, description: 'The feature to create.' }),
    },
    resolve: async (_root, { input }, { write }) => ({
      featureId: await write((operation) => createFeature(operation, input)),
    }),
  }),
  createTask: t.field({
    type: CreateTaskPayload,
    authScopes: { atLeast: 'orchestrator' },
    description: 'Creates a task in a feature.',
    errors: {
      types: [InvalidInputError, FeatureNotFoundError, KeyTakenError, StatusNotAllowedError],
      union: { name: 'CreateTaskResult', description: 'The new task, or why it was not created.' },
    },
    args: { input: t.arg({ type: CreateTaskInput, required: true, description: 'The task to create.' }) },
    resolve: async (_root, { input }, { write }) => ({
      taskId: await write((operation) => createTask(operation, input)),
    }),
  }),
}));
