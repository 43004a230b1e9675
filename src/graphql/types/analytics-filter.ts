import { builder } from '../builder.ts';
import { sessionFilterInputs } from './session.ts';

export const AnalyticsFilter = builder.inputType('AnalyticsFilter', {
  description:
    'Selects the sessions that an analytics query counts. A session must match every field that is given. Omitted fields have no effect.',
  fields: (t) => {
    const { epicKey, featureKey, agent, agentId, agentType, phase } = sessionFilterInputs(t);
    return {
      since: t.field({
        type: 'DateTime',
        description:
          'Only sessions that ended at or after this time. The end of the session decides, not its start: otherwise a recent period would contain only short sessions.',
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
