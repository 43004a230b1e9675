import { expect, it } from 'vitest';
import { checkText } from '../../src/domain/input.ts';
import { InvalidInputError } from '../../src/domain/errors.ts';

it('the length of text is counted in characters, not in UTF-16 code units', () => {
  expect(checkText('agentId', '🦈'.repeat(128), 128)).toHaveLength(256);
  expect(() => checkText('agentId', '🦈'.repeat(129), 128)).toThrow(InvalidInputError);
});
