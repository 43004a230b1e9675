import {
  type AnalyticsFilter,
  PhaseFlowDocument,
  TaskFlowDocument,
} from '../../src/client/generated/graphql.ts';
import type { TestApp } from './app.ts';
import type { ManualClock } from './manual-clock.ts';
import { abandonSession, blockTask, finishTask, rejectTask, unblockTask } from './mutations.ts';
import { claim, createTask } from './tasks.ts';

export const minute = 60_000;

export async function phaseFlow(app: TestApp, filter?: AnalyticsFilter) {
  return (await app.send(PhaseFlowDocument, { filter })).phaseFlow;
}

export async function taskFlow(app: TestApp, key: string) {
  const { task } = await app.send(TaskFlowDocument, { key });
  if (!task?.flow) throw new Error(`There is no task ${key}`);
  return task.flow;
}

/**
 * A task that is claimed at 10:30, rejected in review at 12:00, blocked in QA at 14:07, and abandoned once. Returns
 * its key. At the end it is 16:41, and the task has waited for development since 16:31.
 */
export async function eventfulTask(app: TestApp, clock: ManualClock): Promise<string> {
  const key = await createTask(app);
  const after = (minutes: number) => clock.advance(minutes * minute);
  after(30);
  await claim(app, key, 'developer');
  after(20);
  await finishTask(app, { taskKey: key });
  after(60);
  await claim(app, key, 'reviewer');
  after(10);
  await rejectTask(app, { taskKey: key, reason: 'no tests' });
  after(15);
  await claim(app, key, 'developer');
  after(25);
  await finishTask(app, { taskKey: key });
  after(5);
  await claim(app, key, 'reviewer');
  after(12);
  await finishTask(app, { taskKey: key });
  after(60);
  await claim(app, key, 'tester');
  after(10);
  await blockTask(app, { taskKey: key, reason: 'no machine' });
  after(100);
  await unblockTask(app, key);
  after(37);
  const lost = await claim(app, key, 'developer');
  after(7);
  await abandonSession(app, { sessionId: lost.id });
  after(10);
  return key;
}
