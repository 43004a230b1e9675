import * as z from 'zod';
import { joinWordings, term, termOr, type Wording, wording } from '../../shared/wording.ts';
import { databaseTime } from '../../db/sqlite/database-time.ts';
import { checkOptionalText, limits } from '../input.ts';
import { anybody } from '../client-id.ts';
import type { Operation } from '../operation.ts';
import type { Task } from '../tasks/task.ts';
import { findSession } from './find.ts';
import type { TaskSession } from './session.ts';
import { IdempotencyKeyReusedError } from '../errors.ts';

/**
 * The valid parameters of a claim. Task and epic keys are normalized, so a repeated claim may spell them differently.
 */
export interface ClaimRequest {
  /** A key with which the same client can safely repeat the claim. If null, the result is not stored. */
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

/** The `client_id` of keys that an earlier version stored. Their clients are unknown. */
const unknownClient = '';

/**
 * Returns the stored outcome of a claim, or undefined if the key is new for this client. Throws
 * IdempotencyKeyReusedError if the client used the key for a different claim.
 */
export async function recall(operation: Operation, request: ClaimRequest): Promise<StoredClaim | undefined> {
  const { tx, tables, actor } = operation;
  const key = request.idempotencyKey;
  if (key === null || !tables.hasTaskSessions) return undefined;
  const known = await tx
    .selectFrom('idempotency_keys')
    .select(['client_id as clientId', 'request', 'session_id as sessionId', 'warnings'])
    .where('key', '=', key)
    .where('client_id', 'in', [actor.clientId, unknownClient])
    // The key of the client itself comes first, because the unknown client sorts last.
    .orderBy('client_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (known === undefined) return undefined;
  if (known.request !== canonical(request)) {
    // A key of an unknown client can belong to another client. Without tokens, there is only one client.
    if (known.clientId === unknownClient && actor.clientId !== anybody) return undefined;
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
  { tx, now, actor }: Operation,
  request: ClaimRequest,
  answer: Answer,
): Promise<Answer> {
  const key = request.idempotencyKey;
  if (key === null) return answer;
  if (answer.session === null) return { ...answer, warnings: [...answer.warnings, notRemembered(key)] };

  await tx
    .insertInto('idempotency_keys')
    .values({
      client_id: actor.clientId,
      key,
      request: canonical(request),
      session_id: answer.session.id,
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
