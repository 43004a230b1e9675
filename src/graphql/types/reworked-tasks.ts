import { type SentBackWork as Counts, sentBackRatePct } from '../../domain/analytics/rework.ts';
import { builder } from '../builder.ts';
import { type CountedChoice, findCountedSessions } from '../pagination/session-pages.ts';
import { TaskSessionConnection } from './session.ts';

export interface SentBackWorkRow extends Omit<Counts, 'agentId'> {
  counted: CountedChoice;
}

export const SentBackWork = builder.objectRef<SentBackWorkRow>('SentBackWork').implement({
  description:
    'Finished work of an agent that was sent back later: a later session of the same task was rejected to the phase of the work or an earlier one. Rejections that the agent gives are not in here.',
  fields: (t) => ({
    count: t.exposeInt('sentBack', {
      description: 'How many of its completed sessions were sent back, by now.',
    }),
    ratePct: t.float({
      nullable: true,
      description:
        'Sent back sessions per hundred completed ones, with one decimal; null when none was completed.',
      resolve: sentBackRatePct,
    }),
    sessions: t.prismaConnection(
      {
        type: 'TaskSession',
        cursor: 'id',
        description: 'The completed sessions whose work was sent back, the one that ended last first.',
        totalCount: ({ sentBack }) => sentBack,
        resolve: (query, { counted, sentBack: total }, page, context) =>
          findCountedSessions(query, page, counted, { fate: 'sentBack', total }, context),
      },
      TaskSessionConnection,
    ),
  }),
});
