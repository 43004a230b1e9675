import { z } from 'zod';
import type { TaskSession } from '../../db/generated/prisma/client.ts';
import { checkOptionalText, limits } from '../input.ts';
import type { Operation } from '../operation.ts';
import { IdempotencyKeyReusedError } from '../errors.ts';

/**
 * A claim as its sender means it: checked, and with its keys as the database has them, so that two ways to write the
 * same claim are the same.
 */
export interface ClaimRequest {
  /** What the sender will send again if no answer comes; null for a claim that is not to be remembered. */
  idempotencyKey: string | null;
  operation: 'claimTask' | 'claimNextTask';
  input: Readonly<Record<string, string | null>>;
}

/** What came of a claim; everything else in its answer follows from this. */
export interface ClaimOutcome {
  /** Null where there was no work to hand out. */
  session: TaskSession | null;
  warnings: string[];
}

/** Throws InvalidInputError. */
export function checkIdempotencyKey(key: string | null | undefined): string | null {
  return checkOptionalText('idempotencyKey', key, limits.idempotencyKey);
}

/**
 * What came of this claim when it was sent before, or undefined when it was not.
 * Throws IdempotencyKeyReusedError when another claim was sent with its key.
 */
export async function recall(
  { tx, tables }: Operation,
  request: ClaimRequest,
): Promise<ClaimOutcome | undefined> {
  const key = request.idempotencyKey;
  if (key === null || !tables.hasTaskSessions) return undefined;
  const known = await tx.idempotencyKey.findUnique({ where: { key } });
  if (known === null) return undefined;
  if (known.request !== canonical(request)) {
    const [first, now] = difference(storedRequest.parse(JSON.parse(known.request)), request);
    throw new IdempotencyKeyReusedError(key, first, now);
  }
  const { sessionId } = known;
  return {
    session: sessionId === null ? null : await tx.taskSession.findUniqueOrThrow({ where: { id: sessionId } }),
    warnings: storedWarnings.parse(JSON.parse(known.warnings)),
  };
}

/** Writes down what came of a claim, in the claim's own transaction. Returns the answer to give. */
export async function remember<Answer extends ClaimOutcome>(
  { tx, tables, now }: Operation,
  request: ClaimRequest,
  answer: Answer,
): Promise<Answer> {
  const key = request.idempotencyKey;
  if (key === null) return answer;
  if (!tables.hasTaskSessions) return { ...answer, warnings: [...answer.warnings, notRemembered(key)] };

  // Keys with a session go with their session; without one, nothing else would ever end them.
  await tx.idempotencyKey.deleteMany({
    where: { sessionId: null, createdAt: { lt: new Date(now.getTime() - noWorkIsKeptMs) } },
  });
  await tx.idempotencyKey.create({
    data: {
      key,
      request: canonical(request),
      sessionId: answer.session?.id ?? null,
      warnings: JSON.stringify(answer.warnings),
      createdAt: now,
    },
  });
  return answer;
}

/** Long after anybody would still send the same claim again. */
const noWorkIsKeptMs = 24 * 3_600_000;

const storedRequest = z.object({ operation: z.string(), input: z.record(z.string(), z.string().nullable()) });
const storedWarnings = z.array(z.string());

/** The same text for the same request, whichever version of this program wrote it. */
function canonical({ operation, input }: ClaimRequest): string {
  const fields = Object.entries(input).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify({ operation, input: Object.fromEntries(fields) });
}

/** In words, what tells the two requests apart. */
function difference(first: z.infer<typeof storedRequest>, now: ClaimRequest): [first: string, now: string] {
  if (first.operation !== now.operation) return [first.operation, now.operation];
  const fields = Object.keys(now.input).filter((field) => first.input[field] !== now.input[field]);
  const inWords = (input: ClaimRequest['input']) =>
    fields.map((field) => (input[field] ? `${field} '${input[field]}'` : `no ${field}`)).join(' and ');
  return [`${first.operation} with ${inWords(first.input)}`, inWords(now.input)];
}

function notRemembered(key: string): string {
  return `This database has no table of idempotency keys, so '${key}' was not remembered: sent again, this claim would be a new one. Start the server with MIGRATE=on to add it`;
}
