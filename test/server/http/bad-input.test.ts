import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, expectType, testApp, type TestApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { claimTask, finishTask } from '../../support/mutations.ts';
import { claim, createTasks } from '../../support/tasks.ts';

/** Two tasks: T-E01-F01-001 with open session 1, and T-E01-F01-002, which is ready to claim. */
async function appWithTasks(): Promise<TestApp> {
  const app = await testApp();
  const [held = ''] = await createTasks(app, ['ready_for_development', 'ready_for_development']);
  await claim(app, held);
  return app;
}

/** One server for all rejected input, because none of it may change anything. */
let shared: TestApp;
let before: ReturnType<typeof everyRow>;

beforeAll(async () => {
  shared = await appWithTasks();
  before = everyRow(shared);
});

afterEach(() => {
  expectNoChange();
  expectNoFault(shared);
});

afterAll(() => shared[Symbol.asyncDispose]());

function expectNoChange(): void {
  expect(everyRow(shared)).toEqual(before);
}

function expectNoFault(app: TestApp): void {
  expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
}

/** Expects exactly one client error. Returns its message. */
async function refusalOf(
  query: string,
  variables: Record<string, unknown> = {},
  code = 'BAD_USER_INPUT',
): Promise<string> {
  const { errors } = await shared.post(query, variables);
  expect({ query, variables, errors }).toMatchObject({
    query,
    variables,
    errors: [{ extensions: { code } }],
  });
  return errors?.[0]?.message ?? '';
}

describe('text', () => {
  const held = { taskKey: 'T-E01-F01-001' };
  const fields: readonly (readonly [
    mutation: string,
    input: Record<string, unknown>,
    field: string,
    longest: number,
  ])[] = [
    ['claimTask', { taskKey: 'T-E01-F01-002', agentId: 'a' }, 'taskKey', 64],
    ['claimTask', { taskKey: 'T-E01-F01-002', agentId: 'a' }, 'agentId', 128],
    ['claimTask', { taskKey: 'T-E01-F01-002', agentId: 'a' }, 'agentType', 128],
    ['finishTask', held, 'taskKey', 64],
    ['finishTask', held, 'notes', 10_000],
    ['rejectTask', { ...held, reason: 'x' }, 'taskKey', 64],
    ['rejectTask', { ...held, reason: 'x' }, 'reason', 10_000],
    ['rejectTask', { ...held, reason: 'x' }, 'toStatus', 128],
    ['blockTask', { ...held, reason: 'x' }, 'taskKey', 64],
    ['blockTask', { ...held, reason: 'x' }, 'reason', 10_000],
    ['unblockTask', held, 'taskKey', 64],
    ['abandonSession', { sessionId: 'TaskSession:1' }, 'reason', 10_000],
    ['createEpic', { title: 'x' }, 'key', 64],
    ['createEpic', { title: 'x' }, 'title', 500],
    ['createEpic', { title: 'x' }, 'description', 10_000],
    ['createFeature', { epicKey: 'E01', title: 'x' }, 'epicKey', 64],
    ['createFeature', { epicKey: 'E01', title: 'x' }, 'key', 64],
    ['createFeature', { epicKey: 'E01', title: 'x' }, 'title', 500],
    ['createFeature', { epicKey: 'E01', title: 'x' }, 'description', 10_000],
    ['createTask', { featureKey: 'E01-F01', title: 'x' }, 'featureKey', 64],
    ['createTask', { featureKey: 'E01-F01', title: 'x' }, 'key', 64],
    ['createTask', { featureKey: 'E01-F01', title: 'x' }, 'title', 500],
    ['createTask', { featureKey: 'E01-F01', title: 'x' }, 'description', 10_000],
    ['createTask', { featureKey: 'E01-F01', title: 'x' }, 'agentType', 128],
  ];

  it.each(fields)(
    '%s %j rejects an invalid %s with InvalidInputError',
    async (mutation, input, field, longest) => {
      const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
      const send = async (value: string) => {
        const { data } = await shared.post(
          `mutation ($input: ${type}!) {
          answer: ${mutation}(input: $input) {
            __typename ... on Error { message suggestion } ... on InvalidInputError { field }
          }
        }`,
          { input: { ...input, [field]: value } },
        );
        return data?.answer;
      };
      const refused = (message: string, suggestion: string) => ({
        __typename: 'InvalidInputError',
        message,
        suggestion,
        field,
      });

      const range = `Give ${field} between 1 and ${longest} characters`;
      expect(await send('')).toEqual(refused(`${field} is blank`, range));
      expect(await send(' \n\t')).toEqual(refused(`${field} is blank`, range));
      expect(await send('E'.repeat(longest + 1))).toEqual(
        refused(
          `${field} has ${longest + 1} characters, starting with '${'E'.repeat(20)}'`,
          `${field} may have ${longest} characters at most`,
        ),
      );
      expect(await send('E01\0')).toEqual(
        refused(
          `${field} contains a NUL character`,
          `Send ${field} as valid Unicode text without NUL characters`,
        ),
      );
      expect(await send('E01\uD83D')).toEqual(
        refused(
          `${field} contains half of a UTF-16 surrogate pair`,
          `Send ${field} as valid Unicode text without NUL characters`,
        ),
      );
    },
  );

  it('of the maximum length is accepted, and returned unchanged', async () => {
    await using app = await appWithTasks();
    const agentId = '🦈'.repeat(64);
    const notes = `'; DROP TABLE tasks; -- \u{1F988}\r\n`.padEnd(10_000, 'é');

    const claimed = await claimTask(app, {
      taskKey: `T-E01-F01-002-${'x'.repeat(50)}`,
      agentId,
      agentType: 't'.repeat(128),
    });
    expect(expectType(claimed, 'ClaimTaskPayload').session?.agentId).toBe(agentId);
    const finished = await finishTask(app, { taskKey: 'T-E01-F01-002', notes });
    expect(expectType(finished, 'FinishTaskPayload').session?.notes).toBe(notes);
  });

  it.each([
    ['($text: String!) { task(key: $text) { id } }', 64, 'key'],
    ['($text: String!) { epic(key: $text) { id } }', 64, 'key'],
    ['($text: String!) { feature(key: $text) { id } }', 64, 'key'],
    ['($text: String) { nextTask(epicKey: $text) { id } }', 64, 'epicKey'],
    ['($text: String) { nextTask(agentType: $text) { id } }', 128, 'agentType'],
    ['($text: String) { tasks(filter: { epicKey: $text }) { totalCount } }', 64, 'epicKey'],
    ['($text: String) { tasks(filter: { featureKey: $text }) { nodes { id } } }', 64, 'featureKey'],
    ['($text: String) { tasks(filter: { agentType: $text }) { totalCount nodes { id } } }', 128, 'agentType'],
    ['($text: String) { sessions(filter: { taskKey: $text }) { totalCount } }', 64, 'taskKey'],
    ['($text: String) { sessions(filter: { epicKey: $text }) { nodes { id } } }', 64, 'epicKey'],
    ['($text: String) { sessions(filter: { featureKey: $text }) { nodes { id } } }', 64, 'featureKey'],
    ['($text: String) { sessions(filter: { agent: $text }) { nodes { id } } }', 128, 'agent'],
    ['($text: String) { sessions(filter: { agentId: $text }) { nodes { id } } }', 128, 'agentId'],
    ['($text: String) { sessions(filter: { agentType: $text }) { totalCount } }', 128, 'agentType'],
  ])(
    'is rejected if it is blank, too long or contains NUL in the query %s',
    async (query, longest, field) => {
      const refusedFor = (text: string) => refusalOf(`query ${query}`, { text });

      expect(await refusedFor('  ')).toBe(
        `${field} is blank. Give ${field} between 1 and ${longest} characters`,
      );
      expect(await refusedFor('E'.repeat(longest + 1))).toBe(
        `${field} has ${longest + 1} characters, starting with '${'E'.repeat(20)}'. ${field} may have ${longest} characters at most`,
      );
      expect(await refusedFor('E01\0')).toContain(`${field} contains a NUL character`);
    },
  );

  it.each([
    ['{ task(key: "T-E01") { id } }', "key 'T-E01' is not a key. Keys look like T-E07-F20-001"],
    ['{ epic(key: "7") { id } }', "key '7' is not a key. Keys look like E07"],
    ['{ feature(key: "F20") { id } }', "key 'F20' is not a key. Keys look like E07-F20"],
    [
      '{ sessions(filter: { taskKey: "x" }) { totalCount } }',
      "taskKey 'x' is not a key. Keys look like T-E07-F20-001",
    ],
  ])('is rejected if it is not a key: %s', async (query, message) => {
    expect(await refusalOf(query)).toBe(message);
  });
});

describe('pages', () => {
  const lists = [
    ['tasks', (list: string) => `{ tasks${list} }`],
    ['sessions', (list: string) => `{ sessions${list} }`],
    ['the sessions of a task', (list: string) => `{ task(key: "T-E01-F01-001") { sessions${list} } }`],
    ['the tasks of a feature', (list: string) => `{ feature(key: "E01-F01") { tasks${list} } }`],
    [
      'the sessions of a deeply nested task',
      (list: string) => `{ sessions { nodes { task { feature { tasks { nodes { sessions${list} } } } } } } }`,
    ],
    [
      'a list in a fragment',
      (list: string) => `{ node(id: "Task:1") { ...Parts } } fragment Parts on Task { sessions${list} }`,
    ],
  ] as const;
  const pages: readonly (readonly [page: Record<string, unknown>, message: string])[] = [
    [{ first: 501 }, 'first is 501. Pass a number from 0 to 500, and use cursors to get more pages'],
    [{ last: 501 }, 'last is 501. Pass a number from 0 to 500, and use cursors to get more pages'],
    [{ first: -1 }, 'first is -1. Pass a number from 0 to 500, and use cursors to get more pages'],
    [{ last: -1 }, 'last is -1. Pass a number from 0 to 500, and use cursors to get more pages'],
    [
      { first: 1, last: 1 },
      'first and last cannot be combined. Use the arguments first and after, or last and before',
    ],
    [
      { first: 1, before: cursorOf('GPC:N:1') },
      'first and before cannot be combined. Use the arguments first and after, or last and before',
    ],
    [
      { last: 1, after: cursorOf('GPC:N:1') },
      'last and after cannot be combined. Use the arguments first and after, or last and before',
    ],
    [
      { after: cursorOf('GPC:N:1'), before: cursorOf('GPC:N:1') },
      'after and before cannot be combined. Use the arguments first and after, or last and before',
    ],
    ...[
      '',
      'garbage',
      'TaskSession:1',
      ...['GPC:N:abc', 'GPC:N:0', 'GPC:N:1.5', 'GPC:S:1', 'GPC:J:{"a":1}', `GPC:N:${'9'.repeat(20)}`].map(
        cursorOf,
      ),
    ].map(
      (after) =>
        [
          { after },
          `after is '${after}', which is not a cursor. Pass a startCursor or endCursor unchanged, or omit the argument after`,
        ] as const,
    ),
    [
      { before: 'garbage' },
      "before is 'garbage', which is not a cursor. Pass a startCursor or endCursor unchanged, or omit the argument before",
    ],
  ];

  it.each(lists)('rejects invalid arguments for %s, with any selection', async (_name, query) => {
    for (const [page, message] of pages)
      for (const selection of [
        '{ totalCount }',
        '{ nodes { id } }',
        '{ totalCount edges { cursor } pageInfo { hasNextPage } }',
      ]) {
        const names = Object.keys(page);
        const types = { first: 'Int', last: 'Int', after: 'String', before: 'String' };
        const literal = `(${names.map((name) => `${name}: ${JSON.stringify(page[name])}`).join(', ')})`;
        const declared = Object.entries(types)
          .filter(([name]) => names.includes(name))
          .map(([name, type]) => `$${name}: ${type}`);
        const variable = `(${names.map((name) => `${name}: $${name}`).join(', ')})`;

        expect(await refusalOf(query(`${literal}${selection}`))).toBe(message);
        expect(
          await refusalOf(`query (${declared.join(', ')}) ${query(`${variable}${selection}`)}`, page),
        ).toBe(message);
      }
  });

  it('rejects an invalid default value of a variable', async () => {
    const query = 'query ($first: Int = 501) { tasks(first: $first) { totalCount } }';
    expect(await refusalOf(query)).toContain('first is 501');
    expect(await shared.post(query, { first: 500 })).toEqual({ data: { tasks: { totalCount: 2 } } });
  });

  it('ignores the other operations of the document', async () => {
    const response = await shared.fetch('http://test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'query Good { tasks(first: 1) { totalCount } } query Bad { tasks(first: 501) { totalCount } }',
        operationName: 'Good',
      }),
    });
    expect(await response.json()).toEqual({ data: { tasks: { totalCount: 2 } } });
  });

  it('rejects a mutation with an invalid page in its selection before it runs', async () => {
    const message = await refusalOf(
      `mutation { claimTask(input: { taskKey: "T-E01-F01-002", agentId: "a" }) {
        ... on ClaimTaskPayload { task { sessions(first: 501) { totalCount } } }
      } }`,
      {},
    );
    expect(message).toContain('first is 501');
  });

  it('accepts 0 and 500 items', async () => {
    const { data } = await shared.post(`{
      none: tasks(first: 0) { totalCount nodes { key } }
      last: tasks(last: 500) { nodes { key } }
      all: tasks(first: 500) { nodes { key } }
    }`);
    expect(data).toEqual({
      none: { totalCount: 2, nodes: [] },
      last: { nodes: [{ key: 'T-E01-F01-001' }, { key: 'T-E01-F01-002' }] },
      all: { nodes: [{ key: 'T-E01-F01-001' }, { key: 'T-E01-F01-002' }] },
    });
  });
});

describe('durations', () => {
  it.each([
    ['0h', 'is zero'],
    ['PT0S', 'is zero'],
    ['-4h', 'is not a duration'],
    ['P1M', 'contains years or months'],
    ['P1Y2D', 'contains years or months'],
    ['1y', 'is not a duration'],
    ['soon', 'is not a duration'],
    ['', 'is not a duration'],
    ['4', 'is not a duration'],
    ['PT', 'is not a duration'],
    ['99999999h', 'is more than 100 years'],
  ])('rejects %j', async (text, reason) => {
    const filtered = (value: string) => `sessions(filter: { staleAfter: ${value} }) { totalCount }`;
    const watched = (value: string) => `sessionTurnedStale(staleAfter: ${value}) { cursor }`;
    const literal = JSON.stringify(text);
    const expected = expect.stringMatching(
      new RegExp(`(^|; )'${text}' ${reason}[^:]*: (write it like '4h', |use |enter a )`),
    );

    expect(await refusalOf(`{ ${filtered(literal)} }`)).toEqual(expected);
    expect(await refusalOf(`query ($d: Duration) { ${filtered('$d')} }`, { d: text })).toEqual(expected);
    expect(await refusalOf(`subscription { ${watched(literal)} }`)).toEqual(expected);
    expect(await refusalOf(`subscription ($d: Duration) { ${watched('$d')} }`, { d: text })).toEqual(
      expected,
    );
  });

  it('rejects values that are not text', async () => {
    expect(await refusalOf('{ sessions(filter: { staleAfter: 4 }) { totalCount } }')).toContain(
      "4 is not a duration. Write it like '4h'",
    );
  });
});

describe('instants', () => {
  it.each([
    'tomorrow',
    '',
    '2026-13-01',
    '2026-02-30',
    '2026-01-11T25:00:00Z',
    '2026-01-11 10:00:00',
    '2026-01-11T10:00:00',
    '11.01.2026',
    '1768125600000',
    '+012026-01-11T10:00:00Z',
    '2026-01-11T10:00:00+25:00',
    // These are in the years 10000 and -1 in UTC.
    '9999-12-31T23:59:59-23:00',
    '0000-01-01T00:00:00+12:00',
  ])('rejects %j', async (text) => {
    const message = `${JSON.stringify(text)} is not a time. Write it like '2026-01-11T10:00:00Z', '2026-01-11', 'today', 'yesterday' (each the start of that day in UTC), 'now', or a duration before now like '7d' or '24h'`;
    for (const side of ['since', 'until']) {
      const filtered = (value: string) => `sessions(filter: { ${side}: ${value} }) { totalCount }`;
      expect(await refusalOf(`{ ${filtered(JSON.stringify(text))} }`)).toBe(message);
      expect(await refusalOf(`query ($d: DateTime) { ${filtered('$d')} }`, { d: text })).toContain(message);
    }
  });

  it.each([
    ['2026-01-11', 1],
    ['2026-01-12', 0],
    ['2026-01-11T10:00:00Z', 1],
    ['2026-01-11T10:00:00.001Z', 0],
    ['2026-01-11T11:00:00+01:00', 1],
    ['2026-01-11T11:00:00.001+01:00', 0],
    ['2026-01-11T05:00:00-05:00', 1],
    ['0000-01-01', 1],
    ['9999-12-31T23:59:59.999Z', 0],
  ])('accepts %s', async (since, found) => {
    const filtered = (value: string) => `sessions(filter: { since: ${value} }) { totalCount }`;
    const expected = { data: { sessions: { totalCount: found } } };
    expect(await shared.post(`{ ${filtered(JSON.stringify(since))} }`)).toEqual(expected);
    expect(await shared.post(`query ($d: DateTime) { ${filtered('$d')} }`, { d: since })).toEqual(expected);
  });
});

describe('filters', () => {
  it.each([
    [
      '{ since: "2026-01-12", until: "2026-01-11" }',
      'since (2026-01-12T00:00:00.000Z) is after until (2026-01-11T00:00:00.000Z). Give a since that is not after until',
    ],
    [
      '{ staleAfter: "4h", active: false }',
      'active: false selects ended sessions, but staleAfter selects open ones. Leave out one of the two',
    ],
    [
      '{ staleAfter: "4h", outcome: COMPLETED }',
      'outcome selects ended sessions, but staleAfter selects open ones. Leave out one of the two',
    ],
    [
      '{ silentFor: "4h", endedSince: "2026-01-11" }',
      'endedSince selects ended sessions, but silentFor selects open ones. Leave out one of the two',
    ],
    [
      '{ active: true, outcome: COMPLETED }',
      'outcome selects ended sessions, but active: true selects open ones. Leave out one of the two',
    ],
  ])('rejects contradictions: %s', async (filter, message) => {
    for (const selection of ['{ totalCount }', '{ nodes { id } }'])
      expect(await refusalOf(`{ sessions(filter: ${filter}) ${selection} }`)).toBe(message);
    // A newly opened session is not stale, so this subscription rejects the filter anyway.
    const threshold = ['staleAfter', 'silentFor'].find((name) => filter.includes(name));
    expect(await refusalOf(`subscription { sessionChanged(filter: ${filter}) { change } }`)).toBe(
      threshold === undefined
        ? message
        : `The filter of the subscription sessionChanged does not support the field ${threshold}. Omit ${threshold}. To get stale sessions, use the subscription sessionTurnedStale`,
    );
  });

  it.each([
    [
      'sessionTurnedStale(filter: { outcome: COMPLETED })',
      'outcome selects ended sessions, but only open sessions turn stale',
    ],
    ['sessionTurnedStale(filter: { staleAfter: "4h" })', 'staleAfter cannot be used in this filter'],
    ['sessionTurnedStale(filter: { silentFor: "4h" })', 'silentFor cannot be used in this filter'],
    [
      'sessionTurnedStale(filter: { active: false })',
      'active: false selects ended sessions, but only open sessions turn stale',
    ],
    [
      'sessionTurnedStale(after: "garbage")',
      "'garbage' is not a cursor. Pass the unchanged cursor of an event",
    ],
    ['sessionTurnedStale(filter: { taskKey: "x" })', "taskKey 'x' is not a key"],
  ])('rejects filters that do not apply to sessionTurnedStale: %s', async (field, message) => {
    expect(await refusalOf(`subscription { ${field} { cursor } }`)).toContain(message);
  });

  it('selects nothing if since equals until', async () => {
    expect(
      await shared.post('{ sessions(filter: { since: "2026-01-11", until: "2026-01-11" }) { totalCount } }'),
    ).toEqual({ data: { sessions: { totalCount: 0 } } });
  });
});

describe('IDs', () => {
  const uses = [
    'query ($id: ID!) { session(id: $id) { id } }',
    'mutation ($id: ID!) { abandonSession(input: { sessionId: $id }) { __typename } }',
    'mutation ($id: ID!) { finishTask(input: { taskKey: "T-E01-F01-001", sessionId: $id }) { __typename } }',
    'mutation ($id: ID!) { rejectTask(input: { taskKey: "T-E01-F01-001", reason: "x", sessionId: $id }) { __typename } }',
    'mutation ($id: ID!) { blockTask(input: { taskKey: "T-E01-F01-001", reason: "x", sessionId: $id }) { __typename } }',
  ];
  const garbage = [
    '',
    'nope',
    '1',
    'TaskSession:',
    'TaskSession:0',
    'TaskSession:-1',
    'TaskSession:1.5',
    'TaskSession:1 ',
    `TaskSession:${'9'.repeat(20)}`,
    'VGFza1Nlc3Npb246MQ==',
    'Nothing:1',
    'Query:1',
    'TaskNote:1',
  ];

  it.each([...uses, 'query ($id: ID!) { node(id: $id) { id } }'])('rejects invalid IDs: %s', async (use) => {
    for (const id of garbage)
      expect(await refusalOf(use, { id })).toBe(
        `'${id}' is not an ID. Pass an id that the server returned, for example 'TaskSession:42'`,
      );
  });

  it.each(uses)('rejects IDs of another type: %s', async (use) => {
    expect(await refusalOf(use, { id: 'Task:1' })).toBe('ID: Task:1 is not of type: TaskSession');
  });

  it('returns null for unknown IDs', async () => {
    const { data, errors } = await shared.post(`{
      session(id: "TaskSession:999999999999999") { id }
      noSession: node(id: "TaskSession:4711") { id }
      noTask: node(id: "Task:4711") { id }
      noFeature: node(id: "Feature:4711") { id }
      noEpic: node(id: "Epic:4711") { id }
      some: node(id: "Task:1") { id }
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      session: null,
      noSession: null,
      noTask: null,
      noFeature: null,
      noEpic: null,
      some: { id: 'Task:1' },
    });
  });
});

describe('operations', () => {
  it.each([
    ['{ tasks( }', 'GRAPHQL_PARSE_FAILED', 'Syntax Error: Expected Name, found "}".'],
    ['', 'GRAPHQL_PARSE_FAILED', 'Syntax Error: Unexpected <EOF>.'],
    ['{ taks { nodes { key } } }', 'GRAPHQL_VALIDATION_FAILED', 'Did you mean "task" or "tasks"?'],
    ['{ tasks(frist: 1) { totalCount } }', 'GRAPHQL_VALIDATION_FAILED', 'Did you mean "first" or "last"?'],
    [
      '{ tasks(first: "many") { totalCount } }',
      'GRAPHQL_VALIDATION_FAILED',
      'Int cannot represent non-integer value',
    ],
    [
      '{ sessions(filter: { outcome: DONE }) { totalCount } }',
      'GRAPHQL_VALIDATION_FAILED',
      'Value "DONE" does not exist',
    ],
    ['{ tasks }', 'GRAPHQL_VALIDATION_FAILED', 'must have a selection of subfields'],
    [
      'mutation { claimTask(input: { taskKey: "T-E01-F01-002" }) { __typename } }',
      'GRAPHQL_VALIDATION_FAILED',
      'Field "ClaimTaskInput.agentId" of required type "String!" was not provided',
    ],
    [
      'query A { __typename } query B { __typename }',
      'OPERATION_RESOLUTION_FAILURE',
      'what operation to execute',
    ],
  ])('rejects invalid operations: %s', async (query, code, message) => {
    expect(await refusalOf(query, {}, code)).toContain(message);
  });

  it.each([
    [
      'query ($v: String!) { task(key: $v) { id } }',
      {},
      'Variable "$v" of required type "String!" was not provided.',
    ],
    [
      'query ($v: String!) { task(key: $v) { id } }',
      { v: 5 },
      'Variable "$v" got invalid value 5; String cannot',
    ],
    [
      'query ($v: Int) { tasks(first: $v) { totalCount } }',
      { v: 1.5 },
      'Variable "$v" got invalid value 1.5; Int cannot',
    ],
    [
      'query ($v: SessionFilter) { sessions(filter: $v) { totalCount } }',
      { v: { agentid: 'x' } },
      'Field "agentid" is not defined by type "SessionFilter". Did you mean "agentId" or "agent"?',
    ],
    [
      'query ($v: SessionOutcome) { sessions(filter: { outcome: $v }) { totalCount } }',
      { v: 'completed' },
      'Did you mean the enum value "COMPLETED"?',
    ],
    [
      'query ($v: Bucket = DAY) { throughput(bucket: $v) { __typename } }',
      { v: null },
      'Argument "bucket" of non-null type "Bucket!" must not be null.',
    ],
    [
      'mutation ($v: ClaimTaskInput!) { claimTask(input: $v) { __typename } }',
      { v: { taskKey: 'T-E01-F01-002' } },
      'Field "agentId" of required type "String!" was not provided.',
    ],
  ])('rejects invalid variables: %s %j', async (query, variables, message) => {
    expect(await refusalOf(query, variables)).toContain(message);
  });
});

describe('requests', () => {
  const json = { 'content-type': 'application/json' };
  const mutation = JSON.stringify({ query: 'mutation { createEpic(input: { title: "x" }) { __typename } }' });

  const posted = (body: RequestInit['body'], headers: Record<string, string> = json) => ({
    method: 'POST',
    headers,
    body,
  });

  it.each([
    [
      'invalid JSON',
      posted('hello'),
      400,
      'BAD_REQUEST',
      "The request body is not JSON: it starts with 'hello'.",
    ],
    ['an empty body', posted(''), 400, 'BAD_REQUEST', 'The request body is empty.'],
    [
      'a list',
      posted(`[${mutation}]`),
      400,
      'BATCHING_NOT_SUPPORTED',
      'The body is a list of 1 operations, and none was executed.',
    ],
    [
      'null',
      posted('null'),
      400,
      'BAD_REQUEST',
      'The request body is expected to be an object, but it is null.',
    ],
    [
      'a query that is not text',
      posted('{"query":5}'),
      400,
      'BAD_REQUEST',
      'Expected "query" param to be a string',
    ],
    [
      'invalid variables',
      posted('{"query":"{__typename}","variables":"x"}'),
      400,
      'BAD_REQUEST',
      'Expected "variables" param to be empty or an object',
    ],
    [
      'another content type',
      posted(mutation, { 'content-type': 'application/xml' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      "The content type of the request is 'application/xml'. Send application/json",
    ],
    [
      'a missing content type',
      posted(new Blob([mutation]), {}),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'The content type of the request is missing. Send application/json',
    ],
    [
      'an unsupported Accept header',
      posted(mutation, { ...json, accept: 'application/xml' }),
      406,
      'NOT_ACCEPTABLE',
      "The response cannot have a type that 'application/xml' accepts. Accept application/graphql-response+json, application/json",
    ],
    [
      'an Accept header that excludes JSON',
      posted(mutation, { ...json, accept: 'application/json;q=0' }),
      406,
      'NOT_ACCEPTABLE',
      "The response cannot have a type that 'application/json;q=0' accepts.",
    ],
    [
      'another method',
      { ...posted(mutation), method: 'PUT' },
      405,
      'BAD_REQUEST',
      'only supports GET and POST',
    ],
  ])('rejects %s', async (_what, init, status, code, message) => {
    await expectRefusal(shared, '', init, { status, code, message });
  });

  // Requests that a page of another site can send from a browser without a preflight request.
  it.each([
    ['plain text', posted(mutation, { 'content-type': 'text/plain' })],
    [
      'a form',
      posted(
        new URLSearchParams({ query: 'mutation { createEpic(input: { title: "x" }) { __typename } }' }),
        {},
      ),
    ],
    ['a multipart form', posted(formWith(mutation), {})],
  ])('rejects %s from another site', async (_what, init) => {
    await expectRefusal(shared, '', init, {
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'Send application/json',
    });
  });

  it.each([
    [
      '?query=mutation%7BcreateEpic(input%3A%7Btitle%3A%22x%22%7D)%7B__typename%7D%7D',
      405,
      'BAD_REQUEST',
      'Can only perform a mutation operation from a POST request.',
    ],
    [
      '?query=%7B__typename%7D&variables=nope',
      400,
      'BAD_REQUEST',
      `The query parameter variables is 'nope', which is not JSON. Send an object like {"key":"T-E07-F20-001"}`,
    ],
    [
      '?query=%7B__typename%7D&extensions=%7B',
      400,
      'BAD_REQUEST',
      `The query parameter extensions is '{', which is not JSON`,
    ],
    ['', 200, 'BAD_REQUEST', 'Must provide query string.'],
    ['/nothing', 404, 'NOT_FOUND', 'There is nothing at /graphql/nothing. Use /graphql for GraphQL'],
  ])('rejects the URL %s', async (address, status, code, message) => {
    await expectRefusal(shared, address, {}, { status, code, message });
  });

  it.each(['sessionChanged { change }', 'sessionTurnedStale { cursor }'])(
    'rejects a subscription without an accepted response type, and does not start it: %s',
    async (field) => {
      const clock = manualClock();
      await using app = await testApp({ clock });
      const init = posted(JSON.stringify({ query: `subscription { ${field} }` }), {
        ...json,
        accept: 'application/json',
      });
      await expectRefusal(app, '', init, {
        status: 406,
        code: 'NOT_ACCEPTABLE',
        message: 'Accept text/event-stream, or use a WebSocket',
      });
      // A subscription to changes reads the file once a second.
      expect(clock.pending).toEqual([]);
    },
  );

  describe('requests larger than 100 KB', () => {
    const limit = 100 * 1_024;
    const query = '{"query":"{ __typename }"}';

    it.each([
      ['with a Content-Length', (size: number) => ({ body: query.padEnd(size) })],
      [
        'in chunks without a known length',
        (size: number) => ({ body: new Blob([query.padEnd(size)]).stream(), duplex: 'half' as const }),
      ],
    ])('are rejected %s, and smaller ones are accepted', async (_how, bodyOf) => {
      await using app = await appWithTasks();
      await app.start();
      const send = (size: number) => fetch(app.url, { method: 'POST', headers: json, ...bodyOf(size) });

      const largest = await send(limit);
      expect([largest.status, await largest.json()]).toEqual([200, { data: { __typename: 'Query' } }]);
      for (const size of [limit + 1, 20 * limit]) {
        const refused = await send(size);
        expect([refused.status, await refused.json()]).toEqual([
          413,
          {
            errors: [
              {
                message:
                  'The request body is larger than 100 KB. Shorten the query and its variables, or send several requests',
                extensions: { code: 'PAYLOAD_TOO_LARGE' },
              },
            ],
          },
        ]);
      }
      expectNoFault(app);
    });
  });
});

function cursorOf(text: string): string {
  return Buffer.from(text).toString('base64');
}

function formWith(operations: string): FormData {
  const form = new FormData();
  form.set('operations', operations);
  form.set('map', '{}');
  return form;
}

async function expectRefusal(
  app: TestApp,
  address: string,
  init: RequestInit,
  expected: { status: number; code: string; message: string },
): Promise<void> {
  const response = await app.fetch(`http://test/graphql${address}`, init);
  const answer: Answer = await response.json();
  expect({ status: response.status, errors: answer.errors }).toMatchObject({
    status: expected.status,
    errors: [{ message: expect.stringContaining(expected.message), extensions: { code: expected.code } }],
  });
}
