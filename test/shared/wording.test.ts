import { expect, describe, it } from 'vitest';
import { commandTerms } from '../../src/cli/terms.ts';
import { schemaTerms } from '../../src/shared/schema-terms.ts';
import {
  hasTerms,
  isWording,
  joinWordings,
  rendered,
  term,
  termOr,
  type Wording,
  wording,
} from '../../src/shared/wording.ts';

describe('a message in parts', () => {
  const useFinish = wording`Use ${term('finishTask')} or ${term('rejectTask')} to complete work first`;

  it('is rendered with the names of each surface', () => {
    expect(rendered(useFinish, schemaTerms)).toBe('Use finishTask or rejectTask to complete work first');
    expect(rendered(useFinish, commandTerms)).toBe(
      "Use 'shark task finish' or 'shark task reject' to complete work first",
    );
  });

  it('never renders a value as a term, even if it is equal to the name of one', () => {
    const message = wording`Task already claimed by agent '${'finishTask'}'. Use ${term('finishTask')}, sessionId`;
    expect(rendered(message, commandTerms)).toBe(
      "Task already claimed by agent 'finishTask'. Use 'shark task finish', sessionId",
    );
  });

  it('can be part of another message', () => {
    expect(rendered(wording`First: ${useFinish}. ${3} times`, commandTerms)).toBe(
      "First: Use 'shark task finish' or 'shark task reject' to complete work first. 3 times",
    );
    expect(joinWordings([wording`${term('since')}`, ['now'], wording`${term('until')}`], ', ')).toEqual([
      { term: 'since' },
      ', now, ',
      { term: 'until' },
    ]);
  });

  it('has as few parts as possible, which JSON does not change', () => {
    const expected: Wording = ['Use ', { term: 'finishTask' }, ' or ', { term: 'rejectTask' }];
    expect(wording`Use ${term('finishTask')}${' or '}${term('rejectTask')}`).toEqual(expected);
    expect(JSON.parse(JSON.stringify(expected))).toEqual(expected);
  });

  it('can be checked for terms', () => {
    expect(hasTerms(useFinish)).toBe(true);
    expect(hasTerms(wording`No ${'finishTask'}`)).toBe(false);
  });
});

describe('a name of the schema', () => {
  it('is a term if the dictionaries have it, and the name otherwise', () => {
    expect(termOr('finishTask')).toEqual({ term: 'finishTask' });
    expect(termOr('heartbeats')).toBe('heartbeats');
  });
});

it.each([
  { value: ['Use ', { term: 'finishTask' }], is: true },
  { value: [], is: true },
  { value: ['Use ', { term: 'flyTask' }], is: false },
  { value: [{ term: 1 }], is: false },
  { value: [null], is: false },
  { value: 'Use finishTask', is: false },
])('$value is a message in parts: $is', ({ value, is }) => {
  expect(isWording(value)).toBe(is);
});
