import { type Rework as Counts, reworkRatePct } from '../../domain/analytics/rework.ts';
import { builder } from '../builder.ts';
import { type CountedFilter, findCountedSessions } from '../pagination/session-pages.ts';
import { TaskSessionConnection } from './session.ts';

export interface ReworkRow extends Omit<Counts, 'agentId'> {
  counted: CountedFilter;
}

export const Rework = builder.objectRef<ReworkRow>('Rework').implement({
  description:
    'Completed work of an agent that was sent back later. A completed session counts as rework if a later session of the same task was rejected and moved the task back to the phase of the completed session or to an earlier phase. Rejections that the agent made are not counted.',
  fields: (t) => ({
    count: t.exposeInt('rework', {
      description: 'The number of completed sessions of the agent whose work has been sent back up to now.',
    }),
    ratePct: t.float({
      nullable: true,
      description:
        'The share of completed sessions whose work was sent back, in percent (0 to 100, one decimal). Null if the agent completed no session.',
      resolve: reworkRatePct,
    }),
    sessions: t.prismaConnection(
      {
        type: 'TaskSession',
        cursor: 'id',
        description: 'The completed sessions whose work was sent back, most recently ended first.',
        totalCount: ({ rework }) => rework,
        resolve: (query, { counted, rework: total }, page, context) =>
          findCountedSessions(query, page, counted, { reworkOutcome: 'rework', total }, context),
      },
      TaskSessionConnection,
    ),
  }),
});
