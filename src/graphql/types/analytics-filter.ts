import { builder } from '../builder.ts';
import { sessionFilterInputs } from './session.ts';

export const AnalyticsFilter = builder.inputType('AnalyticsFilter', {
  description: 'Selects the sessions to count. A session must match every field that you pass.',
  fields: (t) => {
    const { epicKey, featureKey, agent, agentId, agentType, phase } = sessionFilterInputs(t);
    return {
      since: t.field({
        type: 'DateTime',
        description: 'Only sessions that ended at or after this time, even if they started earlier.',
      }),
      until: t.field({ type: 'DateTime', description: 'Only sessions that ended before this time.' }),
      epicKey,
      featureKey,
      agent,
      agentId,
      agentType,
      phase,
    };
  },
});
