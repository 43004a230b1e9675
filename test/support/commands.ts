import type { Needs, Run } from '../../src/cli/command.ts';
import { type Failure, failureOf } from '../../src/cli/failure.ts';
import { createOutput } from '../../src/cli/output/output.ts';
import { createProgram } from '../../src/cli/program.ts';
import { throwUsageErrors } from '../../src/cli/program.ts';
import { dataOf, isAnswer, nameOf } from '../../src/client/answer.ts';
import type { Client } from '../../src/client/client.ts';
import type { SessionPartsFragment, TypedDocumentString } from '../../src/client/generated/graphql.ts';

/** What whoever is asked will say to a document. */
export interface Prepared {
  operation: string;
  data: unknown;
}

/** The compiler sees to it that the document can be answered so. */
export function answer<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  data: Result,
): Prepared {
  return { operation: nameOf(document), data };
}

export interface CommandOptions {
  /** What is said to each document that is sent, in turn. */
  answers?: readonly Prepared[];
  /** The events of a subscription, and the file of an export. */
  events?: readonly Prepared[];
  file?: readonly Uint8Array[];
  /** What the environment says about who works. */
  agent?: string;
  agentType?: string;
  isColoured?: boolean;
  now?: Date;
}

export interface CommandRun {
  /** What was asked, in turn. Variables that are not given are left out, as they are when they are sent. */
  sent: { operation: string; variables: unknown }[];
  /** With what an export was asked for. */
  exported: unknown[];
  stdout: string;
  stderr: string;
  /** Why it did not do what it was asked for. */
  failure: Failure | undefined;
  needs: Needs | undefined;
}

/** Runs a command as `shark` does, with somebody who gives prepared answers in the place of a server. */
export async function runCommand(
  args: readonly string[],
  { answers = [], events = [], file = [], agent, agentType, isColoured = false, now }: CommandOptions = {},
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
      // A connection that breaks and is made again, to see with what.
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
        startProgress: () => ({ advance() {}, stop() {} }),
      }),
      defaults: { agent, agentType },
      signal: new AbortController().signal,
      now: () => now ?? new Date('2026-01-11T10:30:00.000Z'),
    });
  };
  const program = createProgram('1.2.3', run);
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

/** A session that is open on T-E07-F20-001 for an hour and a half, but for what is said otherwise. */
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

/** The same when it is over, after an hour and a half. */
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
