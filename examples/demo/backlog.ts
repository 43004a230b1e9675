import { AnswerError } from '../../src/client/answer.ts';
import type { Client } from '../../src/client/client.ts';
import {
  CreateEpicDocument,
  CreateFeatureDocument,
  CreateTaskDocument,
} from '../../src/client/generated/graphql.ts';
import type { Output } from './output.ts';

/** A problem that occurs once, in one phase of a task. */
export type Incident = { phase: string } & (
  | { kind: 'crashes' | 'crashes and returns' }
  | { kind: 'rejects'; reason: string }
);

export interface Plan {
  title: string;
  incident?: Incident;
}

/** Creates an epic, a feature and one claimable task for each plan. Returns the plans by task key. */
export async function createTasks(
  client: Client,
  { printEvent }: Output,
  plans: readonly Plan[],
): Promise<Map<string, Plan>> {
  const { createEpic } = await client.send(CreateEpicDocument, { input: { title: 'Sign-in' } });
  if (createEpic.__typename !== 'CreateEpicPayload') throw new AnswerError(createEpic.message);
  const { createFeature } = await client.send(CreateFeatureDocument, {
    input: { epicKey: createEpic.epic.key, title: 'Tokens' },
  });
  if (createFeature.__typename !== 'CreateFeaturePayload') throw new AnswerError(createFeature.message);
  const { feature } = createFeature;
  printEvent('product', feature.key, 'plans', `${createEpic.epic.title}: ${feature.title}`, 'dim');

  const tasks = new Map<string, Plan>();
  for (const plan of plans) {
    const { createTask } = await client.send(CreateTaskDocument, {
      input: { featureKey: feature.key, title: plan.title, status: 'ready_for_development' },
    });
    if (createTask.__typename !== 'CreateTaskPayload') throw new AnswerError(createTask.message);
    tasks.set(createTask.task.key, plan);
    printEvent('product', createTask.task.key, 'plans', plan.title, 'dim');
  }
  return tasks;
}
