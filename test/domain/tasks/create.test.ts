import { describe, expect, it } from 'vitest';
import {
  CreateEpicDocument,
  type CreateEpicInput,
  CreateFeatureDocument,
  type CreateFeatureInput,
  CreateTaskDocument,
  type CreateTaskInput,
} from '../../../src/client/generated/graphql.ts';
import { expectType, testApp, type TestApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { taskStory } from '../../support/mutations.ts';

async function createEpic(app: TestApp, input: Omit<CreateEpicInput, 'title'> = {}) {
  return (await app.send(CreateEpicDocument, { input: { title: 'An epic', ...input } })).createEpic;
}

async function createFeature(app: TestApp, input: Omit<CreateFeatureInput, 'title'>) {
  return (await app.send(CreateFeatureDocument, { input: { title: 'A feature', ...input } })).createFeature;
}

async function createTask(app: TestApp, input: Omit<CreateTaskInput, 'title'>) {
  return (await app.send(CreateTaskDocument, { input: { title: 'A task', ...input } })).createTask;
}

describe('the keys of epics, features and tasks', () => {
  it('are assigned in order within their epic or feature', async () => {
    await using app = await testApp();

    expect(await createEpic(app)).toMatchObject({ epic: { key: 'E01' } });
    expect(await createEpic(app)).toMatchObject({ epic: { key: 'E02' } });
    expect(await createFeature(app, { epicKey: 'E02' })).toMatchObject({ feature: { key: 'E02-F01' } });
    expect(await createFeature(app, { epicKey: 'E02' })).toMatchObject({ feature: { key: 'E02-F02' } });
    expect(await createFeature(app, { epicKey: 'E01' })).toMatchObject({ feature: { key: 'E01-F01' } });
    expect(await createTask(app, { featureKey: 'E02-F02' })).toMatchObject({
      task: { key: 'T-E02-F02-001' },
    });
    expect(await createTask(app, { featureKey: 'E02-F02' })).toMatchObject({
      task: { key: 'T-E02-F02-002' },
    });
    expect(await createTask(app, { featureKey: 'E01-F01' })).toMatchObject({
      task: { key: 'T-E01-F01-001' },
    });
  });

  it('can be given in any spelling, and the next assigned key continues after them', async () => {
    await using app = await testApp();

    expect(await createEpic(app, { key: 'e07-checkout' })).toMatchObject({ epic: { key: 'E07' } });
    expect(await createEpic(app)).toMatchObject({ epic: { key: 'E08' } });
    expect(await createFeature(app, { epicKey: 'e07', key: 'e07-f20' })).toMatchObject({
      feature: { key: 'E07-F20' },
    });
    expect(await createFeature(app, { epicKey: 'E07' })).toMatchObject({ feature: { key: 'E07-F21' } });
    expect(await createTask(app, { featureKey: 'e07-f20', key: 'e07-f20-099-pay-by-card' })).toMatchObject({
      task: { key: 'T-E07-F20-099' },
    });
    expect(await createTask(app, { featureKey: 'E07-F20' })).toMatchObject({
      task: { key: 'T-E07-F20-100' },
    });
  });

  it('can have more digits than usual', async () => {
    await using app = await testApp();
    await createEpic(app, { key: 'E99' });
    expect(await createEpic(app)).toMatchObject({ epic: { key: 'E100' } });
    await createEpic(app, { key: 'E90071992547409931234' });
    expect(await createEpic(app)).toMatchObject({ epic: { key: 'E90071992547409931235' } });
  });

  it('are rejected if they are in use', async () => {
    await using app = await testApp();
    await createEpic(app);
    await createFeature(app, { epicKey: 'E01' });
    await createTask(app, { featureKey: 'E01-F01' });
    const before = everyRow(app);
    const taken = (key: string) => ({
      __typename: 'KeyTakenError',
      message: `The key '${key}' is in use`,
      suggestion: 'Choose another key, or omit key to have one assigned',
      key,
    });

    expect(await createEpic(app, { key: 'e01' })).toEqual(taken('E01'));
    expect(await createFeature(app, { epicKey: 'E01', key: 'E01-F01' })).toEqual(taken('E01-F01'));
    expect(await createTask(app, { featureKey: 'E01-F01', key: 'E01-F01-001' })).toEqual(
      taken('T-E01-F01-001'),
    );
    expect(everyRow(app)).toEqual(before);
  });

  it('are rejected if they belong to another epic or feature', async () => {
    await using app = await testApp();
    await createEpic(app);
    await createFeature(app, { epicKey: 'E01' });
    const before = everyRow(app);

    expect(await createFeature(app, { epicKey: 'E01', key: 'E02-F01' })).toMatchObject({
      __typename: 'InvalidInputError',
      message: "key 'E02-F01' belongs to another epic or feature",
      suggestion: 'Use a key that starts with E01-F',
    });
    expect(await createTask(app, { featureKey: 'E01-F01', key: 'E01-F02-001' })).toMatchObject({
      __typename: 'InvalidInputError',
      message: "key 'T-E01-F02-001' belongs to another epic or feature",
      suggestion: 'Use a key that starts with T-E01-F01-',
    });
    expect(everyRow(app)).toEqual(before);
  });
});

describe('an epic, feature or task', () => {
  it('is rejected in an epic or feature that does not exist', async () => {
    await using app = await testApp();
    const before = everyRow(app);

    expect(await createFeature(app, { epicKey: 'E42' })).toMatchObject({
      __typename: 'EpicNotFoundError',
      message: "There is no epic 'E42'",
      suggestion: expect.stringContaining('createEpic'),
    });
    expect(await createTask(app, { featureKey: 'E42-F01' })).toMatchObject({
      __typename: 'FeatureNotFoundError',
      message: "There is no feature 'E42-F01'",
      suggestion: expect.stringContaining('createFeature'),
    });
    expect(everyRow(app)).toEqual(before);
  });

  it('is created in the start status, with the default priority and a history entry', async () => {
    await using app = await testApp();
    await createEpic(app);
    await createFeature(app, { epicKey: 'E01' });

    expect(expectType(await createTask(app, { featureKey: 'E01-F01' }), 'CreateTaskPayload').task).toEqual({
      key: 'T-E01-F01-001',
      title: 'A task',
      status: 'draft',
      priority: 5,
      dependsOn: [],
    });
    expect((await taskStory(app, 'T-E01-F01-001')).history).toEqual([
      { fromStatus: null, toStatus: 'draft', agent: null, at: '2026-01-11T10:00:00.000Z', notes: null },
    ]);
  });

  it('has all given fields', async () => {
    await using app = await testApp();
    expect(await createEpic(app, { priority: 'HIGH', description: 'Pay' })).toMatchObject({
      epic: { priority: 'high' },
    });
    await createFeature(app, { epicKey: 'E01', executionOrder: 3, description: 'Cards' });

    for (const key of ['T-E01-F01-004', 'T-E01-F01-005'])
      await createTask(app, { featureKey: 'E01-F01', key });

    const created = await createTask(app, {
      featureKey: 'E01-F01',
      description: 'Both sides',
      status: 'ready_for_qa',
      agentType: 'qa',
      priority: 10,
      executionOrder: 7,
      dependsOn: ['e01-f01-004', 'T-E01-F01-005-slug'],
    });

    expect(expectType(created, 'CreateTaskPayload').task).toMatchObject({
      status: 'ready_for_qa',
      priority: 10,
      dependsOn: ['T-E01-F01-004', 'T-E01-F01-005'],
    });
    expect(
      app.rows(`SELECT epics.description AS epic, features.description AS feature, features.execution_order AS place,
          tasks.description, agent_type, tasks.execution_order
        FROM tasks JOIN features ON features.id = feature_id JOIN epics ON epics.id = epic_id WHERE agent_type = 'qa'`),
    ).toEqual([
      {
        epic: 'Pay',
        feature: 'Cards',
        place: 3,
        description: 'Both sides',
        agent_type: 'qa',
        execution_order: 7,
      },
    ]);
  });

  it.each([
    [{ status: 'ready_for_lunch' }, 'status', "There is no status 'ready_for_lunch'", /draft, ready/],
    [{ priority: 0 }, 'priority', 'priority 0 is out of range', /from 1 \(most urgent\) to 10/],
    [{ priority: 11 }, 'priority', 'priority 11 is out of range', /from 1 \(most urgent\) to 10/],
    [
      { dependsOn: ['E01-F01-404'] },
      'dependsOn',
      'dependsOn names tasks that do not exist: T-E01-F01-404',
      /Create the missing tasks first/,
    ],
    [{ dependsOn: ['E01-F01'] }, 'dependsOn', "dependsOn 'E01-F01' is not a key", /T-E07-F20-001/],
  ])('is rejected with %j', async (input, field, message, suggestion) => {
    await using app = await testApp();
    await createEpic(app);
    await createFeature(app, { epicKey: 'E01' });
    const before = everyRow(app);

    const { data } = await app.post(
      `mutation ($input: CreateTaskInput!) {
        createTask(input: $input) { __typename ... on InvalidInputError { field message suggestion } }
      }`,
      { input: { featureKey: 'E01-F01', title: 'A task', ...input } },
    );

    expect(data?.createTask).toEqual({
      __typename: 'InvalidInputError',
      field,
      message,
      suggestion: expect.stringMatching(suggestion),
    });
    expect(everyRow(app)).toEqual(before);
  });
});
