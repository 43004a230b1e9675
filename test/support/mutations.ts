import {
  AbandonSessionDocument,
  type AbandonSessionInput,
  AbandonStaleSessionsDocument,
  type AbandonStaleSessionsInput,
  BlockTaskDocument,
  type BlockTaskInput,
  ClaimNextTaskDocument,
  type ClaimNextTaskInput,
  ClaimTaskDocument,
  type ClaimTaskInput,
  FinishTaskDocument,
  type FinishTaskInput,
  HeartbeatSessionDocument,
  NextTaskDocument,
  type NextTaskQueryVariables,
  RejectTaskDocument,
  type RejectTaskInput,
  TaskStoryDocument,
  UnblockTaskDocument,
} from '../../src/client/generated/graphql.ts';
import type { TestClient } from './app.ts';

/* Each function sends one operation and returns its result, including expected errors. */

export async function claimTask(app: TestClient, input: ClaimTaskInput) {
  return (await app.send(ClaimTaskDocument, { input })).claimTask;
}

export async function claimNextTask(app: TestClient, input: ClaimNextTaskInput) {
  return (await app.send(ClaimNextTaskDocument, { input })).claimNextTask;
}

export async function heartbeatSession(app: TestClient, sessionId: string) {
  return (await app.send(HeartbeatSessionDocument, { input: { sessionId } })).heartbeatSession;
}

export async function finishTask(app: TestClient, input: FinishTaskInput) {
  return (await app.send(FinishTaskDocument, { input })).finishTask;
}

export async function rejectTask(app: TestClient, input: RejectTaskInput) {
  return (await app.send(RejectTaskDocument, { input })).rejectTask;
}

export async function blockTask(app: TestClient, input: BlockTaskInput) {
  return (await app.send(BlockTaskDocument, { input })).blockTask;
}

export async function unblockTask(app: TestClient, taskKey: string) {
  return (await app.send(UnblockTaskDocument, { input: { taskKey } })).unblockTask;
}

export async function abandonSession(app: TestClient, input: AbandonSessionInput) {
  return (await app.send(AbandonSessionDocument, { input })).abandonSession;
}

export async function abandonStaleSessions(app: TestClient, input: AbandonStaleSessionsInput) {
  return (await app.send(AbandonStaleSessionsDocument, { input })).abandonStaleSessions;
}

export async function nextTask(
  app: TestClient,
  wish: NextTaskQueryVariables = {},
): Promise<string | undefined> {
  return (await app.send(NextTaskDocument, wish)).nextTask?.key;
}

export async function taskStory(app: TestClient, key: string) {
  const { task } = await app.send(TaskStoryDocument, { key });
  if (task === null) throw new Error(`There is no task ${key}`);
  return task;
}
