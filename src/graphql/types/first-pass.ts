import { type FirstPasses, firstPassYieldPct } from '../../domain/analytics/rework.ts';
import { builder } from '../builder.ts';
import { TaskSession } from '../node-types.ts';
import { pageOf } from '../pagination/connection.ts';
import { type CountedFilter, findCountedSessions } from '../pagination/session-pages.ts';
import { TaskSessionConnection } from './session.ts';

export interface FirstPassRow extends Omit<FirstPasses, 'phase'> {
  counted: CountedFilter;
}

export const FirstPass = builder.objectRef<FirstPassRow>('FirstPass').implement({
  description:
    'How many tasks pass a phase at the first attempt. Abandoned and blocked sessions do not count as attempts.',
  fields: (t) => ({
    taskCount: t.exposeInt('tasks', {
      description:
        'The number of tasks whose first attempt ended in the time range. An attempt is a completed or rejected session.',
    }),
    passedCount: t.exposeInt('passed', {
      description:
        'The number of tasks that passed. Their first attempt was completed, and no later rejection moved them back to this phase or an earlier one.',
    }),
    yieldPct: t.float({
      nullable: true,
      description:
        '`passedCount` as a percentage of `taskCount` (0 to 100, one decimal): the first-pass yield. Null if `taskCount` is 0.',
      resolve: firstPassYieldPct,
    }),
    sessions: t.connection(
      {
        type: TaskSession,
        description:
          'The first completed or rejected session of each task in this phase, most recently ended first.',
        args: {
          passed: t.arg.boolean({
            description:
              '`true`: only sessions of tasks that passed. `false`: only sessions of other tasks. Default: all.',
          }),
        },
        resolve({ counted, tasks, passed }, page, context, info) {
          const reworkOutcome = reworkOutcomeOf(page.passed);
          return pageOf(page, info, {
            load: (take) =>
              findCountedSessions(take, page, counted, { reworkOutcome, total: tasks }, context),
            totalCount: () =>
              page.passed === true ? passed : page.passed === false ? tasks - passed : tasks,
          });
        },
      },
      TaskSessionConnection,
    ),
  }),
});

function reworkOutcomeOf(passed: boolean | null | undefined) {
  if (passed === true) return 'passedAtFirst';
  return passed === false ? 'failedAtFirst' : 'firstPass';
}
