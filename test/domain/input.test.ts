import { expect, it } from 'vitest';
import { checkText } from '../../src/domain/input.ts';
import { InvalidInputError } from '../../src/domain/errors.ts';

it('counts characters as people do, and not the halves that some are stored in', () => {
  expect(checkText('agentId', '🦈'.repeat(128), 128)).toHaveLength(256);
  expect(() => checkText('agentId', '🦈'.repeat(129), 128)).toThrow(InvalidInputError);
});
