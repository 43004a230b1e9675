import { describe, expect, it } from 'vitest';
import {
  BoardDocument,
  CreateEpicDocument,
  CreateFeatureDocument,
  CreateTaskDocument,
} from '../../../src/client/generated/graphql.ts';
import { answer, runCommand } from '../../support/commands.ts';

const epic = answer(CreateEpicDocument, {
  createEpic: {
    __typename: 'CreateEpicPayload',
    epic: { key: 'E07', title: 'Sign-in\u001B[2J', priority: 'HIGH' },
  },
});
const feature = answer(CreateFeatureDocument, {
  createFeature: { __typename: 'CreateFeaturePayload', feature: { key: 'E07-F20', title: 'Tokens' } },
});
const task = answer(CreateTaskDocument, {
  createTask: {
    __typename: 'CreateTaskPayload',
    task: {
      key: 'T-E07-F20-001',
      title: 'Issue tokens',
      status: 'ready_for_development',
      priority: 3,
      dependsOn: ['T-E07-F20-000'],
    },
  },
});

describe('shark epic create', () => {
  it('creates an epic, and a database if there is none', async () => {
    const run = await runCommand(['epic', 'create', 'Sign-in'], { answers: [epic] });
    expect(run.sent).toEqual([{ operation: 'CreateEpic', variables: { input: { title: 'Sign-in' } } }]);
    expect(run.needs).toMatchObject({ mayMakeDatabase: true });
    expect(run.stdout).toBe('Created epic E07  Sign-in [2J\n');
  });

  it.each(['high', 'medium', 'low'])('sends the priority %s and all other options', async (priority) => {
    const run = await runCommand(
      ['epic', 'create', 'Sign-in', '--key=E07', '--description=All of it', `--priority=${priority}`],
      { answers: [epic] },
    );
    expect(run.sent).toEqual([
      {
        operation: 'CreateEpic',
        variables: {
          input: {
            title: 'Sign-in',
            key: 'E07',
            description: 'All of it',
            priority: priority.toUpperCase(),
          },
        },
      },
    ]);
  });

  it('prints JSON', async () => {
    const run = await runCommand(['epic', 'create', 'Sign-in', '--json'], { answers: [epic] });
    expect(JSON.parse(run.stdout)).toMatchObject({
      epic_key: 'E07',
      title: 'Sign-in\u001B[2J',
      priority: 'high',
    });
  });

  it('rejects an unknown priority', async () => {
    const run = await runCommand(['epic', 'create', 'Sign-in', '--priority=urgent']);
    expect(run.failure).toMatchObject({
      exitCode: 2,
      code: 'USAGE',
      message: expect.stringContaining('Allowed choices are high, medium, low'),
    });
  });

  it('prints the error for a duplicate key', async () => {
    const run = await runCommand(['epic', 'create', 'Sign-in', '--key=E07'], {
      answers: [
        answer(CreateEpicDocument, {
          createEpic: {
            __typename: 'KeyTakenError',
            message: 'E07 is taken',
            suggestion: 'Leave it out, and createEpic assigns one',
            key: 'E07',
          },
        }),
      ],
    });
    expect(run.failure).toEqual({
      exitCode: 1,
      code: 'KEY_TAKEN',
      message: 'E07 is taken',
      suggestion: 'Leave it out, and createEpic assigns one',
      details: { key: 'E07' },
    });
  });
});

describe('shark feature create', () => {
  it('creates a feature of an epic', async () => {
    const run = await runCommand(
      [
        'feature',
        'create',
        'Tokens',
        '--epic=E07',
        '--key=E07-F20',
        '--description=Both',
        '--execution-order=2',
      ],
      { answers: [feature] },
    );
    expect(run.sent).toEqual([
      {
        operation: 'CreateFeature',
        variables: {
          input: {
            title: 'Tokens',
            epicKey: 'E07',
            key: 'E07-F20',
            description: 'Both',
            executionOrder: 2,
          },
        },
      },
    ]);
    expect(run.needs).not.toHaveProperty('mayMakeDatabase');
    expect(run.stdout).toBe('Created feature E07-F20  Tokens\n');
  });

  it('prints JSON', async () => {
    const run = await runCommand(['feature', 'create', 'Tokens', '--epic=E07', '--json'], {
      answers: [feature],
    });
    expect(JSON.parse(run.stdout)).toEqual({ feature_key: 'E07-F20', title: 'Tokens' });
  });

  it('requires an epic', async () => {
    const run = await runCommand(['feature', 'create', 'Tokens']);
    expect(run.failure).toMatchObject({ exitCode: 2, message: expect.stringContaining("'--epic <key>'") });
  });
});

describe('shark task create', () => {
  it('creates a task with all options', async () => {
    const run = await runCommand(
      [
        ...['task', 'create', 'Issue tokens', '--feature=E07-F20', '--key=T-E07-F20-001'],
        ...['--description=Both kinds', '--status=ready_for_development', '--priority=3'],
        ...['--agent-type=backend', '--execution-order=4', '--depends-on', 'T-E07-F20-000', 'T-E07-F20-009'],
      ],
      { answers: [task] },
    );
    expect(run.sent).toEqual([
      {
        operation: 'CreateTask',
        variables: {
          input: {
            title: 'Issue tokens',
            featureKey: 'E07-F20',
            key: 'T-E07-F20-001',
            description: 'Both kinds',
            status: 'ready_for_development',
            priority: 3,
            agentType: 'backend',
            executionOrder: 4,
            dependsOn: ['T-E07-F20-000', 'T-E07-F20-009'],
          },
        },
      },
    ]);
    expect(run.stdout).toBe('Created task T-E07-F20-001  Issue tokens  (ready_for_development)\n');
  });

  it('sends only the given options', async () => {
    const run = await runCommand(['task', 'create', 'Issue tokens', '--feature=E07-F20', '--json'], {
      answers: [task],
    });
    expect(run.sent).toEqual([
      { operation: 'CreateTask', variables: { input: { title: 'Issue tokens', featureKey: 'E07-F20' } } },
    ]);
    expect(JSON.parse(run.stdout)).toEqual({
      task_key: 'T-E07-F20-001',
      title: 'Issue tokens',
      status: 'ready_for_development',
      priority: 3,
      depends_on: ['T-E07-F20-000'],
    });
  });

  it.each(['--priority=0', '--priority=high', '--execution-order=-1'])('rejects %s', async (flag) => {
    const run = await runCommand(['task', 'create', 'Issue tokens', '--feature=E07-F20', flag]);
    expect(run.sent).toEqual([]);
    expect(run.failure).toMatchObject({
      exitCode: 2,
      code: 'USAGE',
      message: expect.stringContaining('Write a whole number from 1'),
    });
  });
});

describe('shark epic list', () => {
  const board = answer(BoardDocument, {
    epics: [
      { key: 'E07', title: 'Sign-in', features: [{ key: 'E07-F20', title: 'Tokens' }] },
      { key: 'E08', title: 'Sign-out', features: [] },
    ],
  });

  it('prints epics with their features', async () => {
    const run = await runCommand(['epic', 'list'], { answers: [board] });
    expect(run.sent).toEqual([{ operation: 'Board', variables: {} }]);
    expect(run.stdout).toBe('E07  Sign-in\n  E07-F20  Tokens\nE08  Sign-out\n');
  });

  it('prints JSON', async () => {
    const run = await runCommand(['epic', 'list', '--json'], { answers: [board] });
    expect(JSON.parse(run.stdout)).toEqual({
      epics: [
        {
          epic_key: 'E07',
          title: 'Sign-in',
          features: [{ feature_key: 'E07-F20', title: 'Tokens' }],
        },
        { epic_key: 'E08', title: 'Sign-out', features: [] },
      ],
    });
  });

  it('prints a message if there are no epics', async () => {
    const run = await runCommand(['epic', 'list'], { answers: [answer(BoardDocument, { epics: [] })] });
    expect(run.stdout).toBe('No epics.\n');
  });
});
