import {
  type AbandonSessionInput,
  type BlockTaskInput,
  type ClaimTaskInput,
  type FinishTaskInput,
  type HeartbeatSessionInput,
  type RejectTaskInput,
  TypedDocumentString,
} from '../../src/client/generated/graphql.ts';
import type { TestApp } from './app.ts';

/*
 * The concurrent operations. They select few fields, because tens of thousands of them are sent. The fields
 * of each result are tested elsewhere.
 */

/** The operations that close a session, by outcome. */
export const closings = {
  completed: finish,
  rejected: reject,
  blocked: block,
  abandoned: abandon,
} as const;

export type Outcome = keyof typeof closings;

export const outcomes: readonly Outcome[] = ['completed', 'rejected', 'blocked', 'abandoned'];

/** The session to close, and the notes for its record. */
export interface Closing {
  taskKey: string;
  sessionId: string;
  words: string;
}

/** The operations that a late request may send for an ended session. */
export const attempts = { ...closings, heartbeat } as const;

export type Attempt = keyof typeof attempts;

export const everyAttempt: readonly Attempt[] = [...outcomes, 'heartbeat'];

export interface CloseAnswer {
  __typename: string;
  previousStatus?: string;
  session?: { id: string; outcome: string | null; notes: string | null; endedAt: string | null } | null;
  closedSession?: { id: string; outcome: string | null };
  activeSession?: { id: string } | null;
}

export interface ClaimAnswer {
  __typename: string;
  session?: { id: string } | null;
}

const whoWon = (payload: string) => `__typename
  ... on ${payload} { previousStatus session { id outcome notes endedAt } }
  ... on SessionNotActiveError { closedSession { id outcome } activeSession { id } }`;

const documents = {
  claim: new TypedDocumentString<{ claimTask: ClaimAnswer }, { input: ClaimTaskInput }>(
    `mutation Claim($input: ClaimTaskInput!) {
      claimTask(input: $input) { __typename ... on ClaimTaskPayload { session { id } } } }`,
  ),
  finish: new TypedDocumentString<{ finishTask: CloseAnswer }, { input: FinishTaskInput }>(
    `mutation Finish($input: FinishTaskInput!) { finishTask(input: $input) { ${whoWon('FinishTaskPayload')} } }`,
  ),
  reject: new TypedDocumentString<{ rejectTask: CloseAnswer }, { input: RejectTaskInput }>(
    `mutation Reject($input: RejectTaskInput!) { rejectTask(input: $input) { ${whoWon('RejectTaskPayload')} } }`,
  ),
  block: new TypedDocumentString<{ blockTask: CloseAnswer }, { input: BlockTaskInput }>(
    `mutation Block($input: BlockTaskInput!) { blockTask(input: $input) { ${whoWon('BlockTaskPayload')} } }`,
  ),
  abandon: new TypedDocumentString<{ abandonSession: CloseAnswer }, { input: AbandonSessionInput }>(
    `mutation Abandon($input: AbandonSessionInput!) {
      abandonSession(input: $input) { ${whoWon('AbandonSessionPayload')} } }`,
  ),
  heartbeat: new TypedDocumentString<{ heartbeatSession: CloseAnswer }, { input: HeartbeatSessionInput }>(
    `mutation Heartbeat($input: HeartbeatSessionInput!) {
      heartbeatSession(input: $input) {
        __typename
        ... on SessionNotActiveError { closedSession { id outcome } activeSession { id } } } }`,
  ),
};

export async function claim(app: TestApp, taskKey: string, agentId: string): Promise<ClaimAnswer> {
  return (await app.send(documents.claim, { input: { taskKey, agentId } })).claimTask;
}

async function finish(app: TestApp, { taskKey, sessionId, words }: Closing): Promise<CloseAnswer> {
  return (await app.send(documents.finish, { input: { taskKey, sessionId, notes: words } })).finishTask;
}

async function reject(app: TestApp, { taskKey, sessionId, words }: Closing): Promise<CloseAnswer> {
  return (await app.send(documents.reject, { input: { taskKey, sessionId, reason: words } })).rejectTask;
}

async function block(app: TestApp, { taskKey, sessionId, words }: Closing): Promise<CloseAnswer> {
  return (await app.send(documents.block, { input: { taskKey, sessionId, reason: words } })).blockTask;
}

async function abandon(app: TestApp, { sessionId, words }: Closing): Promise<CloseAnswer> {
  return (await app.send(documents.abandon, { input: { sessionId, reason: words } })).abandonSession;
}

async function heartbeat(app: TestApp, { sessionId }: Closing): Promise<CloseAnswer> {
  return (await app.send(documents.heartbeat, { input: { sessionId } })).heartbeatSession;
}
