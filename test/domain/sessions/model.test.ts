import fc from 'fast-check';
import { expect, it } from 'vitest';
import { comparison, everyKindOfAnswer, expectServerLikeModel } from '../../support/lifecycle-comparison.ts';
import {
  type LifecycleModel,
  lifecycleModel,
  type ModelParams,
  type Rules,
  rules,
} from '../../support/lifecycle-model.ts';

it('the server agrees with the model after every step of random operations', () => expectServerLikeModel(30));

it.each<{ what: string; wrong: (params: ModelParams) => LifecycleModel }>([
  {
    what: 'moves rejected work to another status',
    wrong: withRules({ reject: { ...rules.reject, in_code_review: 'ready_for_refinement' } }),
  },
  {
    what: 'does not support rework',
    wrong: withRules({ claim: { ready_for_development: 'in_development' } }),
  },
  {
    what: 'ignores the given session id',
    wrong: (params) => {
      const model = lifecycleModel(params);
      return { ...model, close: (of, outcome) => model.close(of, outcome, undefined) };
    },
  },
])('the server differs from an incorrect model: $what', async ({ wrong }) => {
  const { check } = await comparison(wrong);
  expect(
    await fc.check(check, { numRuns: 500, seed: 1, endOnFailure: true, examples: [everyKindOfAnswer] }),
  ).toMatchObject({
    failed: true,
  });
});

function withRules(other: Partial<Rules>): (params: ModelParams) => LifecycleModel {
  return (params) => lifecycleModel({ ...params, rules: { ...params.rules, ...other } });
}
