import { expect, it } from 'vitest';
import { outcomeOf } from '../../../src/domain/backfill/outcome.ts';
import { around, defaultWorkflow, simple, twoRefinements } from '../workflow/workflows.ts';

it.each([
  ['in_development', 'ready_for_code_review', 'completed'],
  ['in_development', 'ready_for_qa', 'completed'],
  ['in_refinement', 'in_development', 'completed'],
  ['in_approval', 'completed', 'completed'],
  ['in_development', 'completed', 'completed'],
  ['in_code_review', 'in_development', 'rejected'],
  ['in_development', 'ready_for_refinement', 'rejected'],
  ['in_approval', 'ready_for_qa', 'rejected'],
  ['in_qa', 'draft', 'rejected'],
  ['in_development', 'blocked', 'blocked'],
  ['in_approval', 'blocked', 'blocked'],
  ['in_development', 'ready_for_development', 'abandoned'],
  ['in_refinement', 'draft', 'abandoned'],
  ['in_development', 'on_hold', 'abandoned'],
  ['in_development', 'cancelled', 'abandoned'],
  ['in_development', 'ready_for_review', 'abandoned'],
])('work in %s that moved to %s was %s', (from, to, outcome) => {
  expect(outcomeOf(defaultWorkflow, from, to)).toBe(outcome);
});

it('work is completed by a move to the target of finishTask, even in the same phase', () => {
  expect(outcomeOf(twoRefinements, 'in_refinement_ba', 'ready_for_refinement_tech')).toBe('completed');
  expect(outcomeOf(twoRefinements, 'in_refinement_tech', 'ready_for_refinement_ba')).toBe('abandoned');
});

it('the outcome depends on the workflow', () => {
  expect(outcomeOf(simple, 'in_progress', 'review')).toBe('completed');
  expect(outcomeOf(simple, 'in_progress', 'todo')).toBe('rejected');
  expect(outcomeOf(simple, 'in_progress', 'ready_for_qa')).toBe('abandoned');
});

it('the outcome is blocked even if the workflow has no blocked status', () => {
  expect(outcomeOf(around('in_work', { to: ['done'], phase: 'qa' }), 'in_work', 'blocked')).toBe('blocked');
});

it.each([
  ['a completing status in an earlier phase', 'finished', 'planning', ['done', 'finished'], 'completed'],
  ['a cancellation in an earlier phase', 'cancelled', 'planning', ['done', 'cancelled'], 'abandoned'],
  ['a rejection status in an earlier phase', 'rejected', 'planning', ['done'], 'rejected'],
  ['a rejection status in the same phase', 'rejected', 'qa', ['done'], 'abandoned'],
  ['a rejection status in a later phase', 'rejected', 'approval', ['done'], 'abandoned'],
  ['a phase without a rank', 'parked', 'any', ['done'], 'abandoned'],
])('outcomeOf returns the outcome of work that moved to %s', (_where, to, phase, completes, outcome) => {
  const workflow = around('in_work', { to: ['done', to], phase: 'qa' }, { [to]: phase }, completes);
  expect(outcomeOf(workflow, 'in_work', to)).toBe(outcome);
});
