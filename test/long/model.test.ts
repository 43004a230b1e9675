import { it } from 'vitest';
import { expectServerLikeModel } from '../support/lifecycle-comparison.ts';

it('does what the model does, step by step, whatever is asked in whichever order', () =>
  expectServerLikeModel(300));
