import { describe, expect, it, test } from 'vitest';
import { boardWithStoredTimes, expectSameTimesEverywhere } from '../support/stored-times-board.ts';
import { testApp } from '../support/app.ts';
import { createMigratedDatabase } from '../support/migrated-database.ts';
import { otherProgramOn } from '../support/other-program.ts';
import { temporaryFolder } from '../support/shark-databases.ts';
import { nextTask } from '../support/mutations.ts';

test('all parts of the program read the stored times alike', async () => {
  const board = await boardWithStoredTimes(1_000, 20_261_130);
  await using _app = board.app;

  await expectSameTimesEverywhere(board);
});

describe('a value that is no time', () => {
  async function adoptedApp() {
    const databaseFile = `${temporaryFolder()}/shark.db`;
    await createMigratedDatabase(databaseFile);
    otherProgramOn(databaseFile).change(`
      INSERT INTO epics (id, key, title, status, priority) VALUES (1, 'E01', 'One', 'active', 'medium');
      INSERT INTO features (id, epic_id, key, title, status) VALUES (1, 1, 'E01-F01', 'One', 'active');
      INSERT INTO tasks (feature_id, key, title, status, created_at, started_at) VALUES
        (1, 'T-E01-F01-001', 'A', 'ready_for_development', '18/01/2026', ''),
        (1, 'T-E01-F01-002', 'B', 'ready_for_development', '0001-01-01 00:00:00+00:00', NULL),
        (1, 'T-E01-F01-003', 'C', 'ready_for_development', '2026-01-18 10:00:00 +0000 UTC', NULL),
        (1, 'T-E01-F01-004', 'D', 'ready_for_development', '2026-01-17 10:00:00.112233638 +0330 +0330 m=+84630.7', NULL),
        (1, 'T-E01-F01-005', 'E', 'ready_for_development', '', NULL);
      INSERT INTO task_notes (task_id, note_type, content, created_at) VALUES (1, 'comment', 'A note', 'yesterday');`);
    return testApp({ config: { databaseFile } });
  }

  it('is null in the API', async () => {
    await using app = await adoptedApp();

    expect(await app.post('{ tasks { nodes { createdAt startedAt notes { createdAt } } } }')).toEqual({
      data: {
        tasks: {
          nodes: [
            { createdAt: null, startedAt: null, notes: [{ createdAt: null }] },
            { createdAt: null, startedAt: null, notes: [] },
            { createdAt: '2026-01-18T10:00:00.000Z', startedAt: null, notes: [] },
            { createdAt: '2026-01-17T06:30:00.112Z', startedAt: null, notes: [] },
            { createdAt: null, startedAt: null, notes: [] },
          ],
        },
      },
    });
  });

  it('puts its task last', async () => {
    await using app = await adoptedApp();

    expect(await nextTask(app)).toBe('T-E01-F01-004');
    expect(await app.post('{ agingWork { nodes { task { key } ageMinutes } } }')).toMatchObject({
      data: {
        agingWork: {
          nodes: [
            { task: { key: 'T-E01-F01-004' } },
            { task: { key: 'T-E01-F01-003' } },
            { task: { key: 'T-E01-F01-001' }, ageMinutes: null },
            { task: { key: 'T-E01-F01-002' }, ageMinutes: null },
            { task: { key: 'T-E01-F01-005' }, ageMinutes: null },
          ],
        },
      },
    });
  });

  it('is not the start of work', async () => {
    await using app = await adoptedApp();

    expect(await app.post('{ agingWork(startedOnly: true) { totalCount } }')).toEqual({
      data: { agingWork: { totalCount: 0 } },
    });
  });

  it('is replaced when the task is claimed', async () => {
    await using app = await adoptedApp();

    const { data } = await app.post(`mutation {
      claimTask(input: { taskKey: "T-E01-F01-001", agentId: "a" }) {
        ... on ClaimTaskPayload { task { createdAt startedAt updatedAt } }
      }
    }`);

    expect(data).toMatchObject({
      claimTask: { task: { createdAt: null, startedAt: expect.any(String), updatedAt: expect.any(String) } },
    });
  });

  it('is named in a warning at the start', async () => {
    await using app = await adoptedApp();

    expect(app.logged.filter(({ level }) => level === 40)).toMatchObject([
      {
        times: [
          {
            table: 'tasks',
            column: 'created_at',
            count: 3,
            examples: ['T-E01-F01-001', 'T-E01-F01-002', 'T-E01-F01-005'],
          },
          { table: 'tasks', column: 'started_at', count: 1, examples: ['T-E01-F01-001'] },
          { table: 'task_notes', column: 'created_at', count: 1, examples: [1] },
        ],
        msg: 'the database has values that are not times, so the API returns null for them: tasks.created_at (3 rows: T-E01-F01-001, T-E01-F01-002, T-E01-F01-005), tasks.started_at (1 row: T-E01-F01-001), task_notes.created_at (1 row: 1); correct them with the program that wrote them (see docs/troubleshooting.md#warnings)',
      },
    ]);
  });
});
