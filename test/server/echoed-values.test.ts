import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/server/config.ts';
import { longestValue } from '../../src/shared/short-values.ts';
import { schema } from '../../src/graphql/schema.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { createTask } from '../support/tasks.ts';
import { openRawSocket } from '../support/socket.ts';

/* No answer and no log line repeats more of a request than the start of a value. */

let app: TestApp;
beforeAll(async () => {
  const { limits } = readConfig({
    MAX_BODY_BYTES: '1000000',
    MAX_SOCKET_MESSAGE_BYTES: '1000000',
    MAX_REQUESTS_PER_MINUTE: '100000',
  });
  app = await testApp({ config: { logLevel: 'trace', limits } });
  await app.start();
});
afterAll(() => app.stop());

const unit = 'ZQXJ';
const length = 80_000;

/** Long texts that a client could send. Only the first one is a GraphQL name. */
const markers = [
  unit,
  `${unit} ${unit.toLowerCase()}; `,
  `${unit}"'; ]} \\" {[( `,
  `'${unit}' `,
  `${unit}\né👍`,
].map((each) => each.repeat(length / each.length));
const [name = ''] = markers;

/**
 * Fails if a text in this JSON repeats more than the start of a marker. Also finds it if it was escaped, shortened or
 * changed to lower case.
 */
function expectShort(json: unknown): void {
  if (typeof json === 'string') {
    const found = json.match(/ZQXJ/gi)?.length ?? 0;
    if (found * unit.length > longestValue)
      throw new Error(`${found * unit.length} characters were repeated: ${json.slice(0, 500)}`);
  } else if (typeof json === 'object' && json !== null)
    for (const [key, value] of Object.entries(json)) {
      // The fields of the data have the names that the client gave them.
      if (key !== name) expectShort(key);
      expectShort(value);
    }
}

/** Checks an answer, and the lines of the log since the last check. */
function expectShortAnswer(answer: string): void {
  const json: unknown = answer.startsWith('{') ? JSON.parse(answer) : answer;
  expectShort(json);
  expectShort(app.logged.splice(0));
}

interface Operation {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

const text = (marker: string) => JSON.stringify(marker);

const allTypes = [
  'String',
  'Int',
  'Boolean',
  'ID',
  'DateTime',
  'Duration',
  'SessionOutcome',
  'SessionFilter',
  '[Int]',
];

/** Operations that repeat a text in every place where the grammar of GraphQL allows it. */
const withText = (marker: string): Operation[] => [
  { query: marker },
  { query: `{ ${text(marker)} }` },
  { query: `query (${text(marker)}) { __typename }` },
  { query: `{ task(key: ${text(marker)}) { key } }` },
  { query: `{ task(key: """${marker.replaceAll('"""', '')}""") { key } }` },
  { query: `{ sessions(first: ${text(marker)}) { totalCount } }` },
  { query: `{ sessions(first: { a: ${text(marker)}, b: [${text(marker)}] }) { totalCount } }` },
  { query: `{ sessions(filter: { outcome: ${text(marker)} }) { totalCount } }` },
  { query: `{ sessions(filter: { staleAfter: ${text(marker)} }) { totalCount } }` },
  { query: `{ sessions(filter: { since: ${text(marker)} }) { totalCount } }` },
  { query: `{ sessions(filter: ${text(marker)}) { totalCount } }` },
  { query: `{ sessions(after: ${text(marker)}) { totalCount } }` },
  { query: `{ node(id: ${text(marker)}) { id } }` },
  { query: `{ session(id: ${text(marker)}) { id } }` },
  { query: `subscription { sessionTurnedStale(after: ${text(marker)}) { cursor } }` },
  { query: `subscription { sessionTurnedStale(staleAfter: ${text(marker)}) { cursor } }` },
  { query: 'query A { __typename } query B { __typename }', operationName: marker },
  { query: '{ __typename }', operationName: marker },
  ...(marker === name ? allTypes : ['DateTime', 'SessionOutcome', 'SessionFilter']).flatMap((type) =>
    [marker, { [marker]: marker }, [marker], [{ a: marker }], 1e300, { agentId: { [marker]: 1 } }].map(
      (value) => ({
        query: `query ($value: ${type}) { __typename @include(if: true) sessions(filter: {}) { totalCount } ${use(type)} }`,
        variables: { value },
      }),
    ),
  ),
];

/** A field that uses the variable `$value` of this type. */
function use(type: string): string {
  const uses: Record<string, string> = {
    Int: 'a: sessions(first: $value) { totalCount }',
    DateTime: 'a: sessions(filter: { since: $value }) { totalCount }',
    Duration: 'a: sessions(filter: { staleAfter: $value }) { totalCount }',
    SessionOutcome: 'a: sessions(filter: { outcome: $value }) { totalCount }',
    SessionFilter: 'a: sessions(filter: $value) { totalCount }',
    String: 'a: sessions(after: $value) { totalCount }',
    Boolean: 'a: sessions(filter: { active: $value }) { totalCount }',
    ID: 'a: __typename',
    '[Int]': 'a: __typename',
  };
  return uses[type] ?? '';
}

/** Every mutation, with the text in each field of its input. */
function mutations(marker: string): Operation[] {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
  return fields.flatMap((field) => {
    const [argument] = field.args;
    const inputName = String(argument?.type).replaceAll(/[[\]!]/g, '');
    const input = schema.getType(inputName);
    if (input === undefined || !('getFields' in input)) throw new Error(`${field.name} has no input`);
    const valid: Record<string, unknown> = {
      taskKey: 'T-E01-F01-001',
      featureKey: 'E01-F01',
      epicKey: 'E01',
      agentId: 'backend',
      sessionId: 'TaskSession:1',
      title: 'x',
      reason: 'x',
      staleAfter: '4h',
    };
    const names = Object.keys(input.getFields());
    const base = Object.fromEntries(names.flatMap((each) => (each in valid ? [[each, valid[each]]] : [])));
    const query = `mutation ($input: ${inputName}!) { ${field.name}(input: $input) { __typename ... on Error { message suggestion } } }`;
    return [...names, marker].flatMap((each) =>
      // The second value is as long as the longest agent id.
      [marker, marker.slice(0, 128)].map((value) => ({
        query,
        variables: { input: { ...base, [each]: value } },
      })),
    );
  });
}

/** Operations that repeat a long name in every place where the grammar of GraphQL allows one. */
const withName: Operation[] = [
  `{ ${name} }`,
  `{ ${name}: __typename }`,
  `{ ${name}: task(key: "x") { key } }`,
  `{ ${name}: sessions(first: -1) { totalCount } }`,
  `{ task(${name}: 1) { key } }`,
  `{ task(key: $${name}) { key } }`,
  `{ task(key: ${name}) { key } }`,
  `{ sessions(filter: { outcome: ${name} }) { totalCount } }`,
  `{ sessions(filter: { ${name}: 1 }) { totalCount } }`,
  `{ sessions(orderBy: { field: ${name}, direction: ASC }) { totalCount } }`,
  `{ ...${name} }`,
  `{ ... on ${name} { a } }`,
  `{ __typename @${name} }`,
  `query ($${name}: String) { __typename }`,
  `query ($a: ${name}) { __typename }`,
  `query ($${name}: Int!) { sessions(first: $${name}) { totalCount } }`,
  `query ($${name}: String) { sessions(first: $${name}) { totalCount } }`,
  `query ${name} { sessions(first: 1) { nodes { ${name} } } }`,
  `query ${name} { __typename } query ${name} { __typename }`,
  `fragment ${name} on Query { __typename } { __typename }`,
  `fragment ${name} on Query { ...${name} } { ...${name} }`,
  `${name} { a }`,
  `type ${name} { a: Int }`,
  `{ a: __typename a: ${name} }`,
  `query ${name} { __typename }`,
  `mutation ${name} { createEpic(input: { title: "" }) { __typename } }`,
  `{ sessions(first: ${'9'.repeat(100)}) { totalCount } }`,
].map((query) => ({ query }));

async function post(body: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await app.fetch('http://localhost/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  if (response.body?.locked === true || response.headers.get('content-type') === 'text/event-stream') {
    await response.body?.cancel();
    return '';
  }
  return response.text();
}

describe('an answer', () => {
  it('over HTTP repeats at most the start of a value', async () => {
    const operations = [...withName, ...markers.flatMap(withText), ...mutations(name)];
    for (const [index, operation] of operations.entries()) {
      const extensions = index % 2 === 0 ? undefined : { wording: true };
      const accept = 'application/json, text/event-stream';
      expectShortAnswer(await post(JSON.stringify({ ...operation, extensions }), { accept }));
    }
  });

  it('over a WebSocket repeats at most the start of a value', async () => {
    await using socket = await openRawSocket(app.url);
    socket.send({ type: 'connection_init' });
    expect((await socket.next()).type).toBe('connection_ack');
    let id = 0;
    const marker = `${unit}"'; `.repeat(10_000);
    for (const payload of [...withName, ...withText(marker), ...mutations(marker)]) {
      id += 1;
      socket.send({
        type: 'subscribe',
        id: String(id),
        payload: { ...payload, extensions: { wording: true } },
      });
      const message = await socket.next();
      expectShortAnswer(
        JSON.stringify(message.type === 'error' ? { errors: message.payload } : message.payload),
      );
      if (message.type === 'next') expect((await socket.next()).type).toBe('complete');
    }
  });

  it.each(markers.map((marker) => [marker]))(
    'to invalid JSON repeats at most its start (%#)',
    async (marker) => {
      for (const body of [
        marker,
        `{"query":"${marker}`,
        `[${marker}]`,
        JSON.stringify(marker),
        `{"a":${marker}}`,
      ])
        expectShortAnswer(await post(body));
      for (const unknown of [
        { [marker]: 1 },
        { query: '{ __typename }', [marker]: 1 },
        { query: { [marker]: 1 } },
      ])
        expectShortAnswer(await post(JSON.stringify(unknown)));
    },
  );
});

it('a warning repeats at most the start of a value', async () => {
  const key = await createTask(app);
  const agentType = name.slice(0, 128);
  const { data } = await app.post(
    `mutation ($input: ClaimTaskInput!) { claimTask(input: $input) { ... on ClaimTaskPayload { warnings } } }`,
    { input: { taskKey: key, agentId: 'backend', agentType } },
  );
  expect(JSON.stringify(data)).toContain(
    `Agent type '${agentType.slice(0, 97)}…' is not one of the agent types`,
  );
  expectShortAnswer(JSON.stringify(data));
});

it('an answer has few errors, and says that there are more', async () => {
  const fields = Array.from({ length: 900 }, (_, index) => `unknown${index}`).join(' ');
  const failing = Array.from({ length: 45 }, (_, index) => `a${index}: task(key: "x") { key }`).join(' ');
  for (const [query, code, more] of [
    [`{ ${fields} }`, 'GRAPHQL_VALIDATION_FAILED', 'There can be more errors'],
    [`{ ${failing} }`, 'BAD_USER_INPUT', '26 more errors are not shown'],
  ] as const) {
    const { errors = [] } = await app.post(query);
    expect(errors.length).toBe(20);
    expect(errors.at(-1)?.message).toBe(`${more}. Correct the errors above and send the request again`);
    expect(new Set(errors.map(({ extensions }) => extensions?.code))).toEqual(new Set([code]));
  }
  await using socket = await openRawSocket(app.url);
  socket.send({ type: 'connection_init' });
  await socket.next();
  socket.send({ type: 'subscribe', id: '1', payload: { query: `{ ${fields} }` } });
  expect((await socket.next()).payload).toHaveLength(20);
  const search = new URLSearchParams(Array.from({ length: 500 }, (_, index) => [`unknown${index}`, '1']));
  const exported = await app.fetch(`http://localhost/export/sessions.csv?${search}`);
  const { errors } = JSON.parse(await exported.text());
  expect(errors).toHaveLength(20);
  expect(errors.at(-1).message).toContain('481 more errors are not shown');
});

describe('an answer to a request', () => {
  const short = markers.map((marker) => marker.slice(0, 6_000));

  it.each(short.map((marker) => [marker]))(
    'with a long URL repeats at most its start (%#)',
    async (marker) => {
      const encoded = encodeURIComponent(marker);
      const parameters = [
        ...[
          'since',
          'until',
          'staleAfter',
          'silentFor',
          'outcome',
          'active',
          'bom',
          'phase',
          'agent',
          'agentType',
        ],
        ...['taskKey', 'epicKey', 'featureKey', 'endedSince'],
      ];
      for (const path of [
        `/${encoded}`,
        `/graphql?query=${encoded}`,
        `/graphql?query={__typename}&variables=${encoded}`,
        `/graphql?query={__typename}&extensions=${encoded}`,
        `/graphql?query={__typename}&operationName=${encoded}`,
        `/export/sessions.csv?${encoded}=1`,
        ...parameters.map((parameter) => `/export/sessions.csv?${parameter}=${encoded}`),
      ])
        expectShortAnswer(await (await app.fetch(`http://localhost${path}`)).text());
    },
  );

  it.each(['content-type', 'accept', 'authorization', 'x-request-id', 'origin', 'host', 'cookie', 'x-zqxj'])(
    'with a long header %s repeats at most its start',
    async (header) => {
      for (const marker of short) {
        // Node.js sends no other characters in headers.
        const value = marker.replaceAll(/[^\x20-\x7E]/g, '');
        const body = await new Promise<string>((resolve, reject) => {
          const request = httpRequest(app.url, { method: 'POST', headers: { [header]: value } });
          request.on('error', reject);
          request.on('response', (response) => {
            let answer = JSON.stringify(response.headers);
            response.on('data', (chunk) => {
              answer += `${chunk}`;
            });
            response.on('end', () => resolve(answer));
          });
          request.end('{}');
        });
        expectShort(body);
        expectShort(app.logged.splice(0));
      }
    },
  );
});
