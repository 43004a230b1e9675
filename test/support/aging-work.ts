import { type AgingWorkQueryVariables, AgingWorkDocument } from '../../src/client/generated/graphql.ts';
import { type TestApp, testApp } from './app.ts';
import { manualClock } from './manual-clock.ts';
import { blockTask, finishTask } from './mutations.ts';
import { claim, createTasks } from './tasks.ts';

export const minutes = 60_000;

/** A page of agingWork, with one line of text for each task. */
export async function agingWork(app: TestApp, variables: AgingWorkQueryVariables = {}) {
  const { agingWork: page } = await app.send(AgingWorkDocument, variables);
  return {
    ...page,
    lines: page.nodes.map(({ task, ageMinutes, phase, phaseMinutes, percentile, isPaused, activeSession }) =>
      [
        task.key.slice(-3),
        ageMinutes,
        phase,
        phaseMinutes,
        percentile,
        ...(isPaused ? ['paused'] : []),
        ...(activeSession === null ? [] : [activeSession.agentId]),
      ].join(' '),
    ),
  };
}

/**
 * Two sessions of development took 10 and 30 minutes. Then, of five tasks, 1 waits for review, 2 is done, 3 is blocked
 * in development, 4 is in development, and 5 was never claimed.
 */
export async function afterTwoHours() {
  const clock = manualClock();
  const app = await testApp({ clock });
  const [one = '', two = '', three = '', four = '', five = ''] = await createTasks(app, [
    'ready_for_development',
    'in_approval',
    'in_development',
    'ready_for_refinement',
    'draft',
  ]);
  clock.advance(40 * minutes);
  await claim(app, one);
  clock.advance(10 * minutes);
  await finishTask(app, { taskKey: one });
  await claim(app, two);
  await finishTask(app, { taskKey: two });
  await claim(app, three);
  clock.advance(30 * minutes);
  await blockTask(app, { taskKey: three, reason: 'no power' });
  await claim(app, four, 'architect');
  clock.advance(10 * minutes);
  await finishTask(app, { taskKey: four });
  clock.advance(10 * minutes);
  await claim(app, four);
  clock.advance(20 * minutes);
  return { app, clock, one, two, three, four, five };
}
