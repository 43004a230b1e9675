import { AnswerError } from '../../src/client/answer.ts';
import type { Client } from '../../src/client/client.ts';
import {
  CreateEpicDocument,
  CreateFeatureDocument,
  CreateTaskDocument,
} from '../../src/client/generated/graphql.ts';
import type { Narrator } from './narrator.ts';

/** What goes wrong with a task, and in which phase. It happens once. */
export type Mishap = { phase: string } & (
  | { kind: 'dies' | 'dies and returns' }
  | { kind: 'rejects'; reason: string }
);

export interface Plan {
  title: string;
  mishap?: Mishap;
}

/** An epic with a feature with these tasks, ready to be worked on. Returns the plans by the keys of their tasks. */
export async function createTasks(
  client: Client,
  { tell }: Narrator,
  plans: readonly Plan[],
): Promise<Map<string, Plan>> {
  const { createEpic } = await client.send(CreateEpicDocument, { input: { title: 'Sign-in' } });
  if (createEpic.__typename !== 'CreateEpicPayload') throw new AnswerError(createEpic.message);
  const { createFeature } = await client.send(CreateFeatureDocument, {
    input: { epicKey: createEpic.epic.key, title: 'Tokens' },
  });
  if (createFeature.__typename !== 'CreateFeaturePayload') throw new AnswerError(createFeature.message);
  const { feature } = createFeature;
  tell('product', feature.key, 'plans', `${createEpic.epic.title}: ${feature.title}`, 'dim');

  const tasks = new Map<string, Plan>();
  for (const plan of plans) {
    const { createTask } = await client.send(CreateTaskDocument, {
      input: { featureKey: feature.key, title: plan.title, status: 'ready_for_development' },
    });
    if (createTask.__typename !== 'CreateTaskPayload') throw new AnswerError(createTask.message);
    tasks.set(createTask.task.key, plan);
    tell('product', createTask.task.key, 'plans', plan.title, 'dim');
  }
  return tasks;
}
