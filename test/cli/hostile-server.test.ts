import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCommandLine } from '../../src/cli/run-command-line.ts';
import { createProgram } from '../../src/cli/program.ts';
import { operationErrorCodes } from '../../src/shared/expected-error.ts';
import { noProgressBar } from '../../src/shared/progress-bar.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { schema } from '../../src/graphql/schema.ts';
import { type Hostility, startHostileServer } from '../support/hostile-server.ts';

/* Nothing from a server or a user reaches the terminal with characters that could harm it. */

/** Characters that move the cursor, ring the bell, change colours, hide text, or reverse text. */
const harmful = [
  '\u001B[31m',
  '\u001B]0;owned\u0007',
  '\u009B2J',
  '\u0007',
  '\r',
  '\b',
  '\u0085',
  '\u007F',
  '\t',
  '\u2028',
  '\u202E',
  '\u2066',
  '\u200F',
  '\u061C',
  '\u00AD',
  '\u034F',
  '\u180E',
  '\u200B',
  '\u2060',
  '\uFEFF',
  '\u{E0000}',
  '\u{E0041}',
  '\u{E007F}',
] as const;
const text = `T-E07${harmful.map((each) => `x${each}y`).join('')}`;

/** Written independently of the code. A line feed ends each line of the output. */
const unsafe =
  /[^\P{Cc}\n]|[\u2028\u2029\u061C\u00AD\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\u{E0000}-\u{E007F}]|\u034F/u;

/** The output of a palette, without which the colours of an answer cannot be told from those of a server. */
const ownColours = /\p{Cc}\[(?:1|2|22|31|32|33|39)m/gu;

/** The arguments of every command that connects to a server, in each of its forms. */
const commands: readonly (readonly string[])[] = [
  ['status'],
  ['workflow', 'list'],
  ['epic', 'create', 'Sign-in'],
  ['epic', 'list'],
  ['feature', 'create', 'Tokens', '--epic=E07'],
  ['task', 'create', 'Issue', '--feature=E07-F20', '--depends-on=T-E07-F20-001'],
  ['task', 'claim', 'T-E07-F20-001', '--agent=backend'],
  ['task', 'next'],
  ['task', 'next', '--claim', '--agent=backend'],
  ['task', 'finish', 'T-E07-F20-001'],
  ['task', 'reject', 'T-E07-F20-001', '--reason=no'],
  ['task', 'block', 'T-E07-F20-001', '--reason=no'],
  ['task', 'unblock', 'T-E07-F20-001'],
  ['task', 'show', 'T-E07-F20-001'],
  ['task', 'list'],
  ['task', 'history', 'T-E07-F20-001'],
  ['task', 'sessions'],
  ['task', 'sessions', 'T-E07-F20-001'],
  ['task', 'sessions', '--active'],
  ['task', 'sessions', '--silent-for=10m'],
  ['task', 'sessions', '--stats'],
  ['task', 'sessions', '--export=csv', '--output=-'],
  ['task', 'sessions', '--export=csv', '--output=sessions.csv', '--force'],
  ['session', 'heartbeat', '42'],
  ['session', 'abandon', '42'],
  ['session', 'abandon', '--stale=4h'],
  ['analytics', 'phase-duration'],
  ['analytics', 'agent-performance'],
  ['analytics', 'bottlenecks'],
  ['analytics', 'aging'],
  ['watch', '--stale=4h'],
];

const folder = mkdtempSync(join(tmpdir(), 'shark-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { isTerminal = true } = {},
) {
  let stdout = '';
  let stderr = '';
  const code = await runCommandLine({
    args: args.map((arg) => arg.replace('sessions.csv', join(folder, 'sessions.csv'))),
    environment: { USER: 'sam', ...environment },
    clock: systemClock,
    isTerminal,
    print: (printed) => {
      stdout += printed;
    },
    explain: (printed) => {
      stderr += printed;
    },
    printFile: async (bytes) => {
      stdout += Buffer.from(bytes).toString();
    },
    startProgress: noProgressBar,
    standardInput: { isTerminal: true, read: () => Readable.from([]) },
    whenStopped: () => ({ ignore() {} }),
    exitAfter() {},
  });
  return { code, stdout, stderr };
}

function expectSafe({ stdout, stderr }: { stdout: string; stderr: string }): void {
  expect(stdout.replaceAll(ownColours, '')).not.toMatch(unsafe);
  expect(stderr).not.toMatch(unsafe);
  expect(stdout + stderr).not.toBe('');
}

async function serverWith(hostility: Partial<Hostility>): Promise<string> {
  const server = await startHostileServer({ text, number: 7, ...hostility });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server.url;
}

it('the list of commands contains every command', () => {
  const leaves = (parent: ReturnType<typeof createProgram>, path: readonly string[]): string[] =>
    parent.commands
      .filter((command) => command.name() !== 'help' && command.name() !== 'version')
      .flatMap((command) =>
        command.commands.length === 0
          ? [[...path, command.name()].join(' ')]
          : command.commands
              .filter((each) => each.name() !== 'help')
              .map((each) => [...path, command.name(), each.name()].join(' ')),
      );
  const tested = commands.map((args) => args.join(' '));
  const missing = leaves(
    createProgram('1', async () => {}),
    [],
  ).filter((name) => !tested.some((line) => line === name || line.startsWith(`${name} `)));
  expect(missing).toEqual([]);
});

describe('with a hostile server', () => {
  it.each(
    commands.flatMap((args) => [args, [...args, '--json']]).map((args) => ({ line: args.join(' '), args })),
  )('shark $line prints no harmful character', async ({ args }) => {
    for (const number of [7, text]) {
      const url = await serverWith({ number });
      const inColour = await run(args, { SHARK_URL: url });
      expectSafe(inColour);
      // Colours of the server are not printed either.
      if (number === 7) expect(inColour.stdout).not.toContain('x\u001B[31m');
      if (args.includes('--output=-')) continue;
      expectSafe(await run(args, { SHARK_URL: url }, { isTerminal: false }));
    }
  });

  it.each(commands.map((args) => ({ line: args.join(' '), args })))(
    'shark $line prints no harmful character of errors',
    async ({ args }) => {
      const hostilities: Partial<Hostility>[] = [
        { answers: 'errors' },
        { response: { status: 200, body: text } },
        { response: { status: 500, body: `{"errors":${JSON.stringify(text)}}` } },
        {
          response: {
            status: 400,
            body: JSON.stringify({ errors: [{ message: [text], extensions: text }] }),
          },
        },
        { response: { status: 200, body: JSON.stringify({ data: text }) } },
      ];
      for (const hostility of hostilities) {
        const url = await serverWith(hostility);
        for (const more of [[], ['--json']]) {
          const isBoth = args.includes('--output=-') && more.length > 0;
          if (!isBoth) expectSafe(await run([...args, ...more], { SHARK_URL: url }));
        }
      }
    },
  );

  it('prints no harmful character of expected errors', async () => {
    const types = Object.values(schema.getTypeMap()).filter(({ name }) => name.endsWith('Error'));
    expect(types.length).toBeGreaterThanOrEqual(operationErrorCodes.length);
    for (const { name } of types) {
      const url = await serverWith({ answers: 'expected errors', errorType: name });
      for (const args of commands.filter(([group]) => group === 'task' || group === 'session')) {
        if (args.includes('--export=csv')) continue;
        expectSafe(await run(args, { SHARK_URL: url }));
        expectSafe(await run([...args, '--json'], { SHARK_URL: url }));
      }
    }
  });

  it.each([`HTTP/1.1 200 ${text}\r\n\r\n`, text, `HTTP/1.1 200 OK\r\nx-${text}: a\r\n\r\n`])(
    'prints no harmful character of the protocol (case %#)',
    async (bytes) => {
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.on('data', () => socket.end(bytes));
      }).listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      const address = server.address();
      if (typeof address !== 'object' || address === null) throw new Error('The server has no address');
      for (const args of [['status'], ['status', '--json'], ['task', 'sessions', '--export=csv']])
        expectSafe(await run(args, { SHARK_URL: `http://127.0.0.1:${address.port}` }));
    },
  );
});

it('a file keeps its characters if it does not go to a terminal', async () => {
  const url = await serverWith({});
  const args = ['task', 'sessions', '--export=csv', '--output=-'];
  expect((await run(args, { SHARK_URL: url }, { isTerminal: false })).stdout).toContain(text);
  expect((await run(args, { SHARK_URL: url })).stdout).toContain('T-E07x [31my');
});

describe("the user's own text", () => {
  const name = text.replaceAll('\n', '');

  it.each([
    ['task', 'show', name],
    ['task', 'claim', name, `--agent=${name}`],
    ['task', 'list', `--agent-type=${name}`],
    ['task', 'sessions', `--agent=${name}`],
    ['task', 'sessions', '--export=csv', `--output=/missing/${name}`],
    ['task', 'finish', 'T-E07-F20-001', `--notes-file=/missing/${name}`],
    ['task', 'next', `--epic=${name}`],
    ['session', 'heartbeat', name],
    ['watch', `--after=${name}`, `--stale=${name}`],
    ['epic', 'create', name],
    [name],
    ['task', name],
    ['help', name],
    ['--help', name],
    ['task', 'list', `--${name}`],
    ['task', 'list', `--limit=${name}`],
    ['backup', `/missing/${name}`],
    ['backfill', `--map=${name}=done`],
    ['token', `--name=${name}`, '--role=viewer'],
    ['token', `--name=${name}`, `--role=${name}`],
    ['token', `--name=${name}`, '--role=agent', `--agent-id=${name}`, `--expires-in=${name}`],
  ])('in arguments is printed without harmful characters: %s %s', async (...args) => {
    const file = join(folder, 'shark.db');
    await run(['epic', 'create', 'Sign-in'], { DATABASE_URL: `file:${file}` });
    const environment = { DATABASE_URL: `file:${file}`, API_TOKENS_FILE: join(folder, 'tokens.json') };
    expectSafe(await run(args, environment));
    expectSafe(await run([...args, '--json'], environment));
  });

  it.each([
    'DATABASE_URL',
    'SHARK_URL',
    'SHARK_TOKEN',
    'SHARK_AGENT_TYPE',
    'API_TOKENS_FILE',
    'WORKFLOW_CONFIG',
    'USER',
    'LOG_LEVEL',
  ])('in %s is printed without harmful characters', async (setting) => {
    const environment = { DATABASE_URL: `file:${join(folder, 'missing.db')}`, [setting]: `/${name}` };
    for (const args of [
      ['task', 'claim', 'T-E07-F20-001'],
      ['token', '--name=a', '--role=viewer'],
    ])
      expectSafe(await run(args, environment));
  });

  it('in the text of the database is printed without harmful characters', async () => {
    const environment = { DATABASE_URL: `file:${join(folder, 'stored.db')}` };
    await run(['epic', 'create', name], environment);
    await run(['feature', 'create', name, '--epic=E01'], environment);
    await run(['task', 'create', name, '--feature=E01-F01', `--description=${name}`], environment);
    await run(['task', 'claim', 'T-E01-F01-001', `--agent=${name}`], environment);
    for (const args of [
      ['epic', 'list'],
      ['task', 'show', 'T-E01-F01-001'],
      ['task', 'sessions', '--active'],
      ['task', 'sessions', '--export=csv', '--output=-'],
    ])
      expectSafe(await run(args, environment));
  });
});
