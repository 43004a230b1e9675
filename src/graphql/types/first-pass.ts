import { type FirstPasses, firstPassYieldPct } from '../../domain/analytics/rework.ts';
import { builder } from '../builder.ts';
import { type CountedChoice, findCountedSessions } from '../pagination/session-pages.ts';
import { TaskSessionConnection } from './session.ts';

export interface FirstPassRow extends Omit<FirstPasses, 'phase'> {
  counted: CountedChoice;
}

export const FirstPass = builder.objectRef<FirstPassRow>('FirstPass').implement({
  description:
    'How tasks fare on their first way through a phase. Sessions that were abandoned or blocked came to no result and do not count as a pass.',
  fields: (t) => ({
    taskCount: t.exposeInt('tasks', {
      description:
        'Tasks whose first pass through the phase was completed or rejected in the time asked for.',
    }),
    passedCount: t.exposeInt('passed', {
      description:
        'Those among them that were completed at the first go, and not sent back to this phase or an earlier one later on.',
    }),
    yieldPct: t.float({
      nullable: true,
      description:
        'First-pass yield: tasks that passed per hundred, with one decimal; null when there is none.',
      resolve: firstPassYieldPct,
    }),
    sessions: t.prismaConnection(
      {
        type: 'TaskSession',
        cursor: 'id',
        description: 'The first session of each of these tasks in the phase, the one that ended last first.',
        args: {
          passed: t.arg.boolean({
            description: '`true`: only of tasks that passed; `false`: only of those that did not.',
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
