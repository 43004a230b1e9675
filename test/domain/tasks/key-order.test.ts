import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openConnection } from '../../../src/db/sqlite/driver.ts';
import { sortKeySql, taskSortKey } from '../../../src/domain/tasks/key-order.ts';
import { testApp, type TestApp } from '../../support/app.ts';

const connection = openConnection(':memory:');
afterAll(() => connection.close());

const number = fc.oneof(
  fc.constantFrom(
    '0',
    '00',
    '1',
    '01',
    '001',
    '9',
    '99',
    '099',
    '100',
    '999',
    '1000',
    '01000',
    '9999',
    '10000',
  ),
  fc.nat(3_000).map((value) => String(value).padStart(3, '0')),
  fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String),
);
const foreign = fc.oneof(
  fc.constantFrom(
    '',
    'x',
    'PROJ-12',
    't-e01-f01-001',
    'T-E01-F01',
    'T-E01-F01-',
    'T-E01-F01-001-login',
    'T-E01xF01-1',
  ),
  fc.constantFrom(
    'T-E1-F2-3-4',
    'T-E01-F01-1a',
    'T-E01-F01-1000x',
    'T-E-F-1',
    'TT-E01-F01-001',
    'Ärger',
    '~',
  ),
  // `substr` in a query counts code points, and NUL characters end a text.
  fc.string({ maxLength: 15 }).filter((text) => !text.includes('\0')),
);
const separators = { epic: ['E'], feature: ['E', '-F'], task: ['T-E', '-F', '-'] } as const;
const numbered = (kind: keyof typeof separators) =>
  fc
    .tuple(...separators[kind].map(() => number))
    .map((numbers) => numbers.map((digits, index) => `${separators[kind][index] ?? ''}${digits}`).join(''));
const keys = (kind: keyof typeof separators) =>
  fc.oneof({ arbitrary: numbered(kind), weight: 5 }, { arbitrary: foreign, weight: 1 });

/** Compares keys by their numbers. Another definition than that of the program. */
function compareKeys(kind: keyof typeof separators, one: string, other: string): number {
  const pattern = new RegExp(`^${separators[kind].map((separator) => `${separator}(\\d+)`).join('')}$`);
  const numbersOf = (key: string) => pattern.exec(key)?.slice(1).map(BigInt);
  const [ofOne, ofOther] = [numbersOf(one), numbersOf(other)];
  if (ofOne === undefined || ofOther === undefined)
    return Number(ofOne === undefined) - Number(ofOther === undefined) || compareText(one, other);
  for (const [index, value] of ofOne.entries()) {
    const otherValue = ofOther[index] ?? 0n;
    if (value !== otherValue) return value < otherValue ? -1 : 1;
  }
  return 0;
}

const compareText = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

const sortKeyInSql = (kind: keyof typeof separators) =>
  connection
    .prepare<[string], string>(`SELECT ${sortKeySql(kind, 't.key')} FROM (SELECT ? AS key) t`)
    .pluck();

describe.each(['epic', 'feature', 'task'] as const)('the sort key of an %s or other key', (kind) => {
  it('has the order of the numbers, and each key has another one', () => {
    const sortKey = sortKeyInSql(kind);
    fc.assert(
      fc.property(keys(kind), keys(kind), (one, other) => {
        const bySortKey = compareText(sortKey.get(one) ?? '', sortKey.get(other) ?? '');
        const expected = compareKeys(kind, one, other);
        if (expected !== 0) expect(Math.sign(bySortKey)).toBe(Math.sign(expected));
        expect(bySortKey === 0).toBe(one === other);
      }),
      { numRuns: 5_000 },
    );
  });
});

it('the sort key of a task is the same in JavaScript and in SQL', () => {
  const sortKey = sortKeyInSql('task');
  fc.assert(
    fc.property(keys('task'), (key) => {
      expect(sortKey.get(key)).toBe(taskSortKey(key));
    }),
    { numRuns: 5_000 },
  );
});

const inOrder = [
  ...[
    'T-E02-F01-001',
    'T-E99-F99-998',
    'T-E99-F99-999',
    'T-E99-F99-1000',
    'T-E99-F99-1001',
    'T-E99-F100-001',
  ],
  ...['T-E100-F01-001', 'PROJ-1', 'PROJ-10', 'PROJ-2'],
];

/** Tasks, features and epics whose keys have numbers of different lengths, in no order. */
async function appWithKeys(): Promise<TestApp> {
  const app = await testApp();
  app.change(`
    INSERT INTO epics (id, key, title, status, priority) VALUES
      (1, 'E100', 'A', 'active', 'low'), (2, 'E99', 'B', 'active', 'low'), (3, 'E02', 'C', 'active', 'low'), (4, 'X', 'D', 'active', 'low');
    INSERT INTO features (id, epic_id, key, title, status) VALUES
      (1, 2, 'E99-F100', 'A', 'active'), (2, 2, 'E99-F99', 'B', 'active'), (3, 2, 'E99-F100-x', 'C', 'active');
    ${[3, 7, 0, 5, 9, 1, 4, 8, 6, 2]
      .map(
        (index) => `INSERT INTO tasks (feature_id, key, title, status, depends_on)
          VALUES (2, '${inOrder[index]}', 'A task', 'ready_for_development', NULL);`,
      )
      .join('\n')}`);
  return app;
}

interface TaskPage {
  nodes: { key: string }[];
  edges: { cursor: string }[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

/** Reads a list page by page, forward or backward. */
async function readPages(
  read: (page: string) => Promise<TaskPage>,
  size: number,
  backward: boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (let cursor = ''; ; ) {
    const [count, from] = backward ? ['last', 'before'] : ['first', 'after'];
    const page = await read(`${count}: ${size}${cursor === '' ? '' : `, ${from}: "${cursor}"`}`);
    const pageKeys = page.nodes.map(({ key }) => key);
    if (backward) found.unshift(...pageKeys);
    else found.push(...pageKeys);
    const next = backward ? page.edges[0]?.cursor : page.edges.at(-1)?.cursor;
    if (next === undefined) return found;
    cursor = next;
  }
}

describe('lists are in the order of the numbers', () => {
  const fields = 'nodes { key } edges { cursor } pageInfo { endCursor hasNextPage }';
  it.each([
    ['all tasks', (page: string) => `{ tasks(${page}) { ${fields} } }`],
    [
      'the tasks in a status',
      (page: string) => `{ tasks(filter: { status: "ready_for_development" }, ${page}) { ${fields} } }`,
    ],
    [
      'the tasks of a feature',
      (page: string) => `{ feature(key: "E99-F99") { tasks(${page}) { ${fields} } } }`,
    ],
  ])('%s, on pages in both directions', async (_, query) => {
    await using app = await appWithKeys();
    const read = async (page: string) => {
      const { data } = await app.post(query(page));
      const found = Object(data);
      const tasks: TaskPage = found.tasks ?? found.feature.tasks;
      return tasks;
    };

    for (const size of [1, 3, 50])
      for (const backward of [false, true]) expect(await readPages(read, size, backward)).toEqual(inOrder);
  });

  it('epics and features', async () => {
    await using app = await appWithKeys();

    expect(await app.post('{ epics { key features { key } } }')).toEqual({
      data: {
        epics: [
          { key: 'E02', features: [] },
          { key: 'E99', features: [{ key: 'E99-F99' }, { key: 'E99-F100' }, { key: 'E99-F100-x' }] },
          { key: 'E100', features: [] },
          { key: 'X', features: [] },
        ],
      },
    });
  });

  it('unfinished dependencies', async () => {
    await using app = await appWithKeys();
    app.change(
      `UPDATE tasks SET depends_on = '["T-E99-F99-1000", "T-E99-F99-999"]' WHERE key = 'T-E02-F01-001'`,
    );

    const { data } = await app.post(
      'mutation { claimTask(input: { taskKey: "T-E02-F01-001", agentId: "a" }) { ... on ClaimTaskPayload { warnings } } }',
    );

    expect(JSON.stringify(data)).toContain('T-E99-F99-999, T-E99-F99-1000');
  });
});

it('a page of tasks reads the index, and sorts nothing', async () => {
  await using app = await appWithKeys();
  app.statements.length = 0;
  const { data } = await app.post('{ tasks(first: 2) { nodes { key } pageInfo { endCursor } } }');
  const { endCursor } = Object(data).tasks.pageInfo;
  await app.post(`{ tasks(first: 2, after: "${endCursor}") { nodes { key } } }`);

  const plans = app.statements
    .filter((sql) => /from "tasks" as "task".* order by /is.test(sql))
    .map((sql) => {
      const parameters = sql
        .split('?')
        .slice(1)
        .map(() => 1);
      return app.rows(`EXPLAIN QUERY PLAN ${sql}`, ...parameters).map(({ detail }) => detail);
    });
  expect(plans).toEqual([
    ['SCAN task USING INDEX idx_tasks_sort_key'],
    ['SEARCH task USING INDEX idx_tasks_sort_key (<expr>>?)'],
  ]);
});
