import { type Rework as Counts, reworkRatePct } from '../../domain/analytics/rework.ts';
import { builder } from '../builder.ts';
import { type CountedChoice, findCountedSessions } from '../pagination/session-pages.ts';
import { TaskSessionConnection } from './session.ts';

export interface ReworkRow extends Omit<Counts, 'agentId'> {
  counted: CountedChoice;
}

export const Rework = builder.objectRef<ReworkRow>('Rework').implement({
  description:
    'Finished work of an agent that was sent back later: a later session of the same task was rejected to the phase of the work or an earlier one. Rejections that the agent gives are not in here.',
  fields: (t) => ({
    count: t.exposeInt('rework', {
      description: 'How many of its completed sessions were sent back, by now.',
    }),
    ratePct: t.float({
      nullable: true,
      description:
        'Sent back sessions per hundred completed ones, with one decimal; null when none was completed.',
      resolve: reworkRatePct,
    }),
    sessions: t.prismaConnection(
      {
        type: 'TaskSession',
        cursor: 'id',
        description: 'The completed sessions whose work was sent back, the one that ended last first.',
        totalCount: ({ rework }) => rework,
        resolve: (query, { counted, rework: total }, page, context) =>
          findCountedSessions(query, page, counted, { reworkOutcome: 'rework', total }, context),
      },
      TaskSessionConnection,
    ),
  }),
});
