import { Readable } from 'node:stream';
import type { Needs, Run } from '../../src/cli/command.ts';
import { type Failure, failureOf } from '../../src/cli/failure.ts';
import { createOutput } from '../../src/cli/output/output.ts';
import { createProgram } from '../../src/cli/program.ts';
import { throwUsageErrors } from '../../src/cli/program.ts';
import { readTexts, type StandardInput } from '../../src/cli/text-options.ts';
import { dataOf, isAnswer, nameOf } from '../../src/client/answer.ts';
import type { Client } from '../../src/client/client.ts';
import { noProgressBar } from '../../src/shared/progress-bar.ts';
import type { SessionPartsFragment, TypedDocumentString } from '../../src/client/generated/graphql.ts';

/** A prepared response to a document. */
export interface Prepared {
  operation: string;
  data: unknown;
}

/** Lets the compiler check that the response fits the document. */
export function answer<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  data: Result,
): Prepared {
  return { operation: nameOf(document), data };
}

export interface CommandOptions {
  /** The responses to the documents, in the order of the requests. */
  answers?: readonly Prepared[];
  /** The events of a subscription, and the file of an export. */
  events?: readonly Prepared[];
  file?: readonly Uint8Array[];
  /** The environment variables that name the agent. */
  agent?: string;
  agentType?: string;
  isColoured?: boolean;
  now?: Date;
  /** What is typed or piped into the command. */
  input?: Partial<StandardInput>;
}

export interface CommandRun {
  /** The requests, in order. Undefined variables are omitted, as in the real request. */
  sent: { operation: string; variables: unknown }[];
  /** The parameters of the export requests. */
  exported: unknown[];
  stdout: string;
  stderr: string;
  /** The error of the command. */
  failure: Failure | undefined;
  needs: Needs | undefined;
}

/** Runs a command like `shark`, with prepared responses instead of a server. */
export async function runCommand(
  args: readonly string[],
  {
    answers = [],
    events = [],
    file = [],
    agent,
    agentType,
    isColoured = false,
    now,
    input,
  }: CommandOptions = {},
): Promise<CommandRun> {
  const result: CommandRun = {
    sent: [],
    exported: [],
    stdout: '',
    stderr: '',
    failure: undefined,
    needs: undefined,
  };
  const left = [...answers];
  const client: Client = {
    async send(document, variables) {
      record(document, variables);
      return said(document, left.shift());
    },
    async *subscribe(document, variables, { onConnected, onLost } = {}) {
      const asked = () => (typeof variables === 'function' ? variables() : variables);
      record(document, asked());
      onConnected?.();
      for (const event of events) yield said(document, event);
      // Simulates a broken connection that is opened again, and records its parameters.
      onLost?.('it broke\u001B[2J');
      record(document, asked());
    },
    async *exportSessions(parameters) {
      result.exported.push(parameters);
      yield* file;
    },
  };
  const record = (document: { toString(): string }, variables: unknown) => {
    result.sent.push({ operation: nameOf(document), variables: JSON.parse(JSON.stringify(variables)) });
  };
  const run: Run = async (needs, work) => {
    result.needs = needs;
    await work({
      client,
      place: 'http://shark.test/graphql',
      output: createOutput({
        asJson: needs.json ?? false,
        isColoured,
        print: (text) => {
          result.stdout += text;
        },
        explain: (text) => {
          result.stderr += text;
        },
        printFile: async (bytes) => {
          result.stdout += Buffer.from(bytes).toString();
        },
        startProgress: noProgressBar,
      }),
      defaults: { agent, agentType },
      signal: new AbortController().signal,
      stopping: { whenStopped: () => ({ ignore() {} }), exitAfter() {}, explain() {} },
      now: () => now ?? new Date('2026-01-11T10:30:00.000Z'),
    });
  };
  const program = createProgram('1.2.3', run);
  readTexts(program, {
    standardInput: { isTerminal: false, read: () => Readable.from([]), ...input },
    explain: (line) => {
      result.stderr += `${line}\n`;
    },
  });
  throwUsageErrors(program);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    result.failure = failureOf(error);
    if (result.failure === undefined) throw error;
  }
  if (left.length > 0 && result.failure === undefined)
    throw new Error(`Nobody asked for ${left.map(({ operation }) => operation).join(', ')}`);
  return result;
}

function said<Result>(document: TypedDocumentString<Result, never>, prepared: Prepared | undefined): Result {
  if (prepared?.operation !== nameOf(document))
    throw new Error(`${nameOf(document)} was asked, and ${prepared?.operation ?? 'nothing'} was prepared`);
  const whole: unknown = { data: prepared.data };
  if (!isAnswer<Result>(whole)) throw new Error(`${nameOf(document)} has no response`);
  return dataOf(document, whole);
}

/** A session on T-E07-F20-001 that has been open for an hour and a half. `but` overrides its fields. */
export function session(
  but: Partial<SessionPartsFragment> = {},
  taskBut: Partial<SessionPartsFragment['task']> = {},
): SessionPartsFragment {
  return {
    id: 'TaskSession:42',
    task: {
      key: 'T-E07-F20-001',
      title: 'Issue tokens',
      status: 'in_development',
      phase: 'development',
      ...taskBut,
    },
    agentId: 'backend',
    agentType: 'backend',
    phase: 'development',
    startedAt: '2026-01-11T09:00:00.000Z',
    lastHeartbeatAt: null,
    endedAt: null,
    outcome: null,
    notes: null,
    durationMinutes: null,
    elapsedMinutes: 90,
    isActive: true,
    ...but,
  };
}

/** The same session after it ended. */
export function endedSession(
  outcome: NonNullable<SessionPartsFragment['outcome']>,
  but: Partial<SessionPartsFragment> = {},
): SessionPartsFragment {
  return session({
    endedAt: '2026-01-11T10:30:00.000Z',
    outcome,
    durationMinutes: 90,
    isActive: false,
    ...but,
  });
}
