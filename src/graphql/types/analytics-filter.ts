import { builder } from '../builder.ts';

export const AnalyticsFilter = builder.inputType('AnalyticsFilter', {
  description:
    'What the numbers are about. Everything that is given has to hold; what is left out does not narrow the choice.',
  fields: (t) => ({
    since: t.field({
      type: 'DateTime',
      description:
        'Sessions that ended at this instant or later. The end is what counts: chosen by their start, recent sessions would only be the short ones among them.',
    }),
    until: t.field({ type: 'DateTime', description: 'Sessions that ended before this instant.' }),
    epicKey: t.string({ description: 'Sessions of the tasks of this epic, for example `E07`.' }),
    featureKey: t.string({ description: 'Sessions of the tasks of this feature, for example `E07-F20`.' }),
    agent: t.string({
      description: 'Sessions of the agent with this id, and of all agents of this kind.',
    }),
    agentId: t.string({ description: 'Sessions of this agent.' }),
    agentType: t.string({ description: 'Sessions of agents of this kind.' }),
    phase: t.string({ description: 'Sessions in this phase of the workflow, for example `review`.' }),
  }),
});
