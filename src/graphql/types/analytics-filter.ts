import { builder } from '../builder.ts';
import { sessionFilterInputs } from './session.ts';

export const AnalyticsFilter = builder.inputType('AnalyticsFilter', {
  description:
    'What the numbers are about. Everything that is given has to hold; what is left out does not narrow the choice.',
  fields: (t) => {
    const { epicKey, featureKey, agent, agentId, agentType, phase } = sessionFilterInputs(t);
    return {
      since: t.field({
        type: 'DateTime',
        description:
          'Sessions that ended at this instant or later. The end is what counts: chosen by their start, recent sessions would only be the short ones among them.',
      }),
      until: t.field({ type: 'DateTime', description: 'Sessions that ended before this instant.' }),
      epicKey,
      featureKey,
      agent,
      agentId,
      agentType,
      phase,
    };
  },
});
