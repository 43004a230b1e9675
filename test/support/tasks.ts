import type { Client } from '../../src/client/client.ts';
import {
  ClaimTaskDocument,
  CreateEpicDocument,
  CreateFeatureDocument,
  CreateTaskDocument,
} from '../../src/client/generated/graphql.ts';
import { expectType } from './app.ts';

/** Executes documents: a server in this process or another one, or no server. */
type Asked = Pick<Client, 'send'>;

/** An epic with a feature with one task in each of these statuses, in their order. Returns the keys of the tasks. */
export async function createTasks(app: Asked, statuses: readonly string[]): Promise<string[]> {
  const { createEpic } = await app.send(CreateEpicDocument, { input: { title: 'Sign-in' } });
  const { epic } = expectType(createEpic, 'CreateEpicPayload');
  const { createFeature } = await app.send(CreateFeatureDocument, {
    input: { epicKey: epic.key, title: 'Tokens' },
  });
  const { feature } = expectType(createFeature, 'CreateFeaturePayload');
  const keys: string[] = [];
  for (const status of statuses) {
    const created = await app.send(CreateTaskDocument, {
      input: { featureKey: feature.key, title: `Starts ${status}`, status },
    });
    keys.push(expectType(created.createTask, 'CreateTaskPayload').task.key);
  }
  return keys;
}

/** An epic with a feature with one task in this status. Returns the task's key. */
export async function createTask(app: Asked, status = 'ready_for_development'): Promise<string> {
  const [key] = await createTasks(app, [status]);
  if (key === undefined) throw new Error('No task was created');
  return key;
}

/** Claims a task and returns the session that opens. */
export async function claim(app: Asked, taskKey: string, agentId = 'backend') {
  const { claimTask } = await app.send(ClaimTaskDocument, { input: { taskKey, agentId } });
  const { session } = expectType(claimTask, 'ClaimTaskPayload');
  if (session === null || session === undefined) throw new Error('The claim opened no session');
  return session;
}
