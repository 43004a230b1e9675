import { describe, expect, it } from 'vitest';
import { nextKey, normalizeEpicKey, normalizeFeatureKey, normalizeTaskKey } from '../../src/domain/input.ts';

describe('a task key', () => {
  it.each([
    'T-E07-F20-001',
    'E07-F20-001',
    't-e07-f20-001',
    'e07-f20-001',
    'T-E07-F20-001-issue-tokens',
    ' e07-f20-001-issue_tokens_2 ',
  ])('can be written as %j', (text) => {
    expect(normalizeTaskKey(text)).toBe('T-E07-F20-001');
  });

  it.each([
    '',
    'T',
    'E07',
    'E07-F20',
    'T-E07-F20',
    'T-E07-F20-',
    'T-E07-F20-001x',
    'T-X07-F20-001',
    '7-20-1',
  ])('cannot be %j', (text) => {
    expect(normalizeTaskKey(text)).toBeUndefined();
  });
});

it('feature and epic keys are accepted in any case and with a slug', () => {
  expect(normalizeFeatureKey('e07-f20-sign-in')).toBe('E07-F20');
  expect(normalizeFeatureKey('E07')).toBeUndefined();
  expect(normalizeEpicKey('e07-sign-in')).toBe('E07');
  expect(normalizeEpicKey('F07')).toBeUndefined();
});

describe('the next key', () => {
  it('is the first key if there are no keys', () => {
    expect(nextKey('E07-F20-', [], 3)).toBe('E07-F20-001');
  });

  it('follows the highest key, even with gaps, and can have more digits than usual', () => {
    expect(nextKey('E', ['E02', 'E10', 'E07'], 2)).toBe('E11');
    expect(nextKey('E', ['E99'], 2)).toBe('E100');
  });
});
