import * as z from 'zod';
import { joinWordings, term, termOr, type Wording, wording } from '../../shared/wording.ts';
import { databaseTime } from '../../db/sqlite/database-time.ts';
import { checkOptionalText, limits } from '../input.ts';
import type { Operation } from '../operation.ts';
import type { Task } from '../tasks/task.ts';
import { findSession } from './find.ts';
import type { TaskSession } from './session.ts';
import { IdempotencyKeyReusedError } from '../errors.ts';

/**
 * The valid parameters of a claim. Task and epic keys are normalized, so a repeated claim may spell them differently.
 */
export interface ClaimRequest {
  /** A key with which the client can safely repeat the claim. If null, the result is not stored. */
  idempotencyKey: string | null;
  operation: 'claimTask' | 'claimNextTask';
  input: Readonly<Record<string, string | null>>;
}

/** The stored part of the result of a claim. The rest of the result can be derived from this part. */
export interface ClaimOutcome {
  /** The session that the claim opened. Null if the database has no table of sessions. */
  session: TaskSession | null;
  warnings: string[];
}

/** A stored outcome. The task of the session is as it is now. */
interface StoredClaim extends ClaimOutcome {
  session: TaskSession & { task: Task };
}

/** Throws InvalidInputError. */
export function checkIdempotencyKey(key: string | null | undefined): string | null {
  return checkOptionalText('idempotencyKey', key, limits.idempotencyKey);
}

/**
 * Returns the stored outcome of a claim, or undefined if the key is new. Throws IdempotencyKeyReusedError if a
 * different claim used the key.
 */
export async function recall(operation: Operation, request: ClaimRequest): Promise<StoredClaim | undefined> {
  const { tx, tables } = operation;
  const key = request.idempotencyKey;
  if (key === null || !tables.hasTaskSessions) return undefined;
  const known = await tx
    .selectFrom('idempotency_keys')
    .select(['request', 'session_id as sessionId', 'warnings'])
    .where('key', '=', key)
    .executeTakeFirst();
  // Earlier versions stored a key without a session if there was no work.
  if (known === undefined || known.sessionId === null) return undefined;
  if (known.request !== canonical(request)) {
    const [first, now] = difference(storedRequest.parse(JSON.parse(known.request)), request);
    throw new IdempotencyKeyReusedError(key, first, now);
  }
  const session = await findSession(operation, known.sessionId);
  return session === null
    ? undefined
    : { session, warnings: storedWarnings.parse(JSON.parse(known.warnings)) };
}

/** Stores the outcome of a claim under its key. Returns the outcome, with a warning if it was not stored. */
export async function remember<Answer extends ClaimOutcome>(
  { tx, tables, now }: Operation,
  request: ClaimRequest,
  answer: Answer,
): Promise<Answer> {
  const key = request.idempotencyKey;
  if (key === null) return answer;
  if (!tables.hasTaskSessions) return { ...answer, warnings: [...answer.warnings, notRemembered(key)] };

  // Earlier versions stored keys without a session, one of which could be this key.
  await tx.deleteFrom('idempotency_keys').where('session_id', 'is', null).execute();
  await tx
    .insertInto('idempotency_keys')
    .values({
      key,
      request: canonical(request),
      session_id: answer.session?.id ?? null,
      warnings: JSON.stringify(answer.warnings),
      created_at: databaseTime(now),
    })
    .execute();
  return answer;
}

const storedRequest = z.object({
  operation: z.enum(['claimTask', 'claimNextTask']),
  input: z.record(z.string(), z.string().nullable()),
});
const storedWarnings = z.array(z.string());

/** Returns a claim request as text. Equal requests have equal texts, in all versions of this program. */
function canonical({ operation, input }: ClaimRequest): string {
  const fields = Object.entries(input).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify({ operation, input: Object.fromEntries(fields) });
}

/** Describes how two claim requests differ. */
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
  return `This database has no table for idempotency keys, so '${key}' was not stored. If you send this claim again, it will be a new claim. Start the server with MIGRATE=on to add the table`;
}
