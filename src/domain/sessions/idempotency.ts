import { z } from 'zod';
import { joinWordings, term, termOr, type Wording, wording } from '../../shared/wording.ts';
import type { TaskSession } from '../../db/generated/prisma/client.ts';
import { checkOptionalText, limits } from '../input.ts';
import type { Operation } from '../operation.ts';
import { IdempotencyKeyReusedError } from '../errors.ts';

/** A claim after validation, with keys as the database stores them: equal claims have equal requests. */
export interface ClaimRequest {
  /** A key that the client chooses; null for a claim whose result is not stored. */
  idempotencyKey: string | null;
  operation: 'claimTask' | 'claimNextTask';
  input: Readonly<Record<string, string | null>>;
}

/** The stored part of a claim's result. The rest can be derived from it. */
export interface ClaimOutcome {
  /** The session that the claim opened; null if there was no task to hand out. */
  session: TaskSession | null;
  warnings: string[];
}

/** Throws InvalidInputError. */
export function checkIdempotencyKey(key: string | null | undefined): string | null {
  return checkOptionalText('idempotencyKey', key, limits.idempotencyKey);
}

/**
 * Returns the stored outcome of a claim, or undefined if its key was not used before.
 * Throws IdempotencyKeyReusedError if the key was used for a different claim.
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

/** Stores the outcome of a claim in the transaction of the claim. Returns the result, with a warning if it cannot be stored. */
export async function remember<Answer extends ClaimOutcome>(
  { tx, tables, now }: Operation,
  request: ClaimRequest,
  answer: Answer,
): Promise<Answer> {
  const key = request.idempotencyKey;
  if (key === null) return answer;
  if (!tables.hasTaskSessions) return { ...answer, warnings: [...answer.warnings, notRemembered(key)] };

  // A key with a session is deleted together with the session. Keys without a session are deleted here, after some
  // time.
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

/** How long a key without a session is kept: much longer than clients retry a claim. */
const noWorkIsKeptMs = 24 * 3_600_000;

const storedRequest = z.object({
  operation: z.enum(['claimTask', 'claimNextTask']),
  input: z.record(z.string(), z.string().nullable()),
});
const storedWarnings = z.array(z.string());

/** Returns a request as text. Equal requests have equal texts, in all versions of this program. */
function canonical({ operation, input }: ClaimRequest): string {
  const fields = Object.entries(input).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify({ operation, input: Object.fromEntries(fields) });
}

/** How the two requests differ. */
function difference(first: z.infer<typeof storedRequest>, now: ClaimRequest): [first: Wording, now: Wording] {
  if (first.operation !== now.operation)
    return [wording`${term(first.operation)}`, wording`${term(now.operation)}`];
  const fields = Object.keys(now.input).filter((field) => first.input[field] !== now.input[field]);
  const listed = (input: ClaimRequest['input']) =>
    joinWordings(
      fields.map((field) =>
        input[field] ? wording`${termOr(field)} '${input[field]}'` : wording`no ${termOr(field)}`,
      ),
      ' and ',
    );
  return [wording`${term(first.operation)} with ${listed(first.input)}`, listed(now.input)];
}

function notRemembered(key: string): string {
  return `This database has no table for idempotency keys, so '${key}' was not stored: sending this claim again would be a new claim. Start the server with MIGRATE=on to add the table`;
}
