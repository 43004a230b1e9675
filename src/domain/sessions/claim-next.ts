import { checkFilterNames } from '../filter-names.ts';
import { checkEpicKey } from '../input.ts';
import type { Operation } from '../operation.ts';
import { getTask } from '../tasks/find.ts';
import { findNextTask } from '../tasks/next-task.ts';
import { type AgentParams, checkAgent, claim, claimedBefore } from './claim.ts';
import { checkIdempotencyKey, type ClaimRequest, recall, remember } from './idempotency.ts';
import type { LifecycleResult } from './result.ts';

export interface ClaimNextParams extends AgentParams {
  /** If set, only a task in this epic can be claimed. */
  epicKey?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}

/** The result of `claimNextTask` if there is no task to claim. */
export interface NoWork {
  task: null;
  session: null;
  previousStatus: null;
  next: null;
  repeated: false;
  warnings: string[];
}

/**
 * Finds and claims the best waiting task in one transaction, so two agents never get the same task. Throws
 * InvalidInputError, EpicNotFoundError, StatusNotAllowedError, IdempotencyKeyReusedError, ForbiddenError.
 */
export async function claimNextTask(
  operation: Operation,
  params: ClaimNextParams,
): Promise<LifecycleResult | NoWork> {
  const { tx, workflow, tables } = operation;
  const agent = checkAgent(operation, params);
  const epicKey = typeof params.epicKey === 'string' ? checkEpicKey(params.epicKey) : null;
  const request: ClaimRequest = {
    idempotencyKey: checkIdempotencyKey(params.idempotencyKey),
    operation: 'claimNextTask',
    input: { ...agent, epicKey },
  };
  const before = await recall(operation, request);
  if (before !== undefined) return claimedBefore(operation, before.session, before.warnings);

  // Otherwise, a mistyped key would look like an epic without work.
  await checkFilterNames({ read: tx, tables, workflow }, { epicKey });
  const wish = { agentType: agent.agentType, epicKey };
  const id = await findNextTask(tx, workflow, wish, tables);
  // Do not store this result: a repeated request must find the task that came since.
  if (id === null) return noWork;
  return remember(operation, request, await claim(operation, await getTask(operation, id), agent));
}

const noWork: NoWork = {
  task: null,
  session: null,
  previousStatus: null,
  next: null,
  repeated: false,
  warnings: [],
};
