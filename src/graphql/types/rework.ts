import { type Rework as Counts, reworkRatePct } from '../../domain/analytics/rework.ts';
import { builder } from '../builder.ts';
import { TaskSession } from '../node-types.ts';
import { pageOf } from '../pagination/connection.ts';
import { type CountedFilter, findCountedSessions } from '../pagination/session-pages.ts';
import { TaskSessionConnection } from './session.ts';

export interface ReworkRow extends Omit<Counts, 'agentId'> {
  counted: CountedFilter;
}

export const Rework = builder.objectRef<ReworkRow>('Rework').implement({
  description:
    'How often completed work of an agent was rejected later. A session counts if a later rejection moved the task back to the same phase or an earlier one. Rejections by the agent do not count.',
  fields: (t) => ({
    count: t.exposeInt('rework', {
      description: 'The number of completed sessions whose work was rejected later.',
    }),
    ratePct: t.float({
      nullable: true,
      description:
        'The percentage of completed sessions whose work was rejected later (0 to 100, one decimal). Null if none was completed.',
      resolve: reworkRatePct,
    }),
    sessions: t.connection(
      {
        type: TaskSession,
        description: 'The completed sessions whose work was rejected later, most recently ended first.',
        resolve: ({ counted, rework: total }, page, context, info) =>
          pageOf(page, info, {
            load: (take) =>
              findCountedSessions(take, page, counted, { reworkOutcome: 'rework', total }, context),
            totalCount: () => total,
          }),
      },
      TaskSessionConnection,
    ),
  }),
});
