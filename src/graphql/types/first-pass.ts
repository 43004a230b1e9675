import { type FirstPasses, firstPassYieldPct } from '../../domain/analytics/rework.ts';
import { builder } from '../builder.ts';
import { type CountedFilter, findCountedSessions } from '../pagination/session-pages.ts';
import { TaskSessionConnection } from './session.ts';

export interface FirstPassRow extends Omit<FirstPasses, 'phase'> {
  counted: CountedFilter;
}

export const FirstPass = builder.objectRef<FirstPassRow>('FirstPass').implement({
  description:
    'How many tasks pass a phase at the first attempt. Abandoned and blocked sessions do not count as an attempt.',
  fields: (t) => ({
    taskCount: t.exposeInt('tasks', {
      description:
        'The number of tasks whose first attempt in the phase was completed or rejected in the requested time range.',
    }),
    passedCount: t.exposeInt('passed', {
      description:
        'The number of tasks in `taskCount` that were completed at the first attempt and have not been sent back to this phase or an earlier one since.',
    }),
    yieldPct: t.float({
      nullable: true,
      description:
        'First-pass yield: the share of `passedCount` in `taskCount`, in percent (0 to 100, one decimal). Null if `taskCount` is 0.',
      resolve: firstPassYieldPct,
    }),
    sessions: t.prismaConnection(
      {
        type: 'TaskSession',
        cursor: 'id',
        description:
          'The first attempt of each counted task: its first completed or rejected session in the phase, most recently ended first.',
        args: {
          passed: t.arg.boolean({
            description:
              '`true`: only sessions of tasks that passed. `false`: only sessions of tasks that did not pass. Default: both.',
          }),
        },
        totalCount: ({ tasks, passed }, args) =>
          args.passed === true ? passed : args.passed === false ? tasks - passed : tasks,
        resolve: (query, { counted, tasks: total }, page, context) =>
          findCountedSessions(
            query,
            page,
            counted,
            { reworkOutcome: reworkOutcomeOf(page.passed), total },
            context,
          ),
      },
      TaskSessionConnection,
    ),
  }),
});

function reworkOutcomeOf(passed: boolean | null | undefined) {
  if (passed === true) return 'passedAtFirst';
  return passed === false ? 'failedAtFirst' : 'firstPass';
}
