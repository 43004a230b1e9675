import { builder } from '../builder.ts';

export const AnalyticsFilter = builder.inputType('AnalyticsFilter', {
  description:
    'Selects the sessions that an analytics query counts. A session must match every field that is given. Omitted fields have no effect.',
  fields: (t) => ({
    since: t.field({
      type: 'DateTime',
      description:
        'Only sessions that ended at or after this time. The end of the session decides, not its start: otherwise a recent period would contain only short sessions.',
    }),
    until: t.field({ type: 'DateTime', description: 'Only sessions that ended before this time.' }),
    epicKey: t.string({
      description: 'Only sessions of tasks in the epic with this key, for example `E07`.',
    }),
    featureKey: t.string({
      description: 'Only sessions of tasks in the feature with this key, for example `E07-F20`.',
    }),
    agent: t.string({
      description: 'Only sessions whose agent ID or agent type equals this text.',
    }),
    agentId: t.string({ description: 'Only sessions of the agent with this ID, for example `backend-1`.' }),
    agentType: t.string({ description: 'Only sessions of agents of this type, for example `backend`.' }),
    phase: t.string({ description: 'Only sessions in this workflow phase, for example `review`.' }),
  }),
});
