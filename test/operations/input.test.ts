import { expect, it } from 'vitest';
import { checkText } from '../../src/operations/input.ts';
import { InvalidInputError } from '../../src/operations/refusals.ts';

it('counts characters as people do, and not the halves that some are stored in', () => {
  expect(checkText('agentId', '🦈'.repeat(128), 128)).toHaveLength(256);
  expect(() => checkText('agentId', '🦈'.repeat(129), 128)).toThrow(InvalidInputError);
});
