import { it } from 'vitest';
import { expectServerLikeModel } from '../support/lifecycle-comparison.ts';

it('a server behaves like the model for random sequences of operations', () => expectServerLikeModel(300));
