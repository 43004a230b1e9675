import { type Rework as Counts, reworkRatePct } from '../../domain/analytics/rework.ts';
import { builder } from '../builder.ts';
import { type CountedFilter, findCountedSessions } from '../pagination/session-pages.ts';
import { TaskSessionConnection } from './session.ts';

export interface ReworkRow extends Omit<Counts, 'agentId'> {
  counted: CountedFilter;
}

export const Rework = builder.objectRef<ReworkRow>('Rework').implement({
  description:
    'The completed sessions of an agent that became rework. A completed session became rework if a later session of the same task was rejected and moved the task back to the phase of the completed session or to an earlier phase. Rejections that the agent made are not counted.',
  fields: (t) => ({
    count: t.exposeInt('rework', {
      description: 'The number of completed sessions that became rework up to now.',
    }),
    ratePct: t.float({
      nullable: true,
      description:
        'The share of completed sessions that became rework, in percent (0 to 100, one decimal). Null if the agent completed no session.',
      resolve: reworkRatePct,
    }),
    sessions: t.prismaConnection(
      {
        type: 'TaskSession',
        cursor: 'id',
        description: 'The completed sessions that became rework, most recently ended first.',
        totalCount: ({ rework }) => rework,
        resolve: (query, { counted, rework: total }, page, context) =>
          findCountedSessions(query, page, counted, { reworkOutcome: 'rework', total }, context),
      },
      TaskSessionConnection,
    ),
  }),
});
