import { describe, expect, it } from 'vitest';
import { comparePhases, isBackward, phaseRank, statusRank } from '../../../src/domain/workflow/workflow.ts';
import { defaultWorkflow, workflowFile, workflowFrom } from './workflows.ts';

describe('the order of phases', () => {
  it('is fixed for known phases, independent of the file', () => {
    const file = workflowFile(
      {
        done: { to: [], phase: 'done' },
        in_qa: { to: ['done'], phase: 'qa' },
        in_work: { to: ['in_qa'], phase: 'development' },
        paused: { to: ['in_work'], phase: 'any' },
        vague: { to: ['in_work'] },
      },
      { starts: ['in_work'], completes: ['done'] },
    );
    expect(workflowFrom(file).phases).toEqual(['development', 'qa', 'done']);
  });

  it('puts a custom phase after the known phase from which the flow first enters it', () => {
    // Sorted by name, as programs write it. The order of the flow is discovery, planning, security and legal, audit, development.
    const file = workflowFile(
      {
        cancelled: { to: [], phase: 'done' },
        completed: { to: [], phase: 'done' },
        draft: { to: ['in_security', 'in_legal', 'cancelled'], phase: 'planning' },
        idea: { to: ['draft'], phase: 'discovery' },
        in_audit: { to: ['in_work', 'draft'], phase: 'audit' },
        in_legal: { to: ['in_audit'], phase: 'legal' },
        in_review: { to: ['completed', 'waiting'], phase: 'review' },
        in_rollout: { to: ['completed'], phase: 'rollout' },
        in_security: { to: ['in_audit'], phase: 'security' },
        in_work: { to: ['in_review'], phase: 'development' },
        stray: { to: ['completed'], phase: 'nowhere' },
        waiting: { to: ['in_rollout'], phase: 'any' },
      },
      { starts: ['idea'], completes: ['completed', 'cancelled'] },
    );
    expect(workflowFrom(file).phases).toEqual([
      'discovery',
      'planning',
      'security',
      'legal',
      'audit',
      'development',
      'review',
      'rollout',
      'done',
      'nowhere',
    ]);
  });

  it('gives no rank to any and to unknown phases', () => {
    expect(phaseRank(defaultWorkflow, 'planning')).toBe(0);
    expect(phaseRank(defaultWorkflow, 'done')).toBe(5);
    expect(phaseRank(defaultWorkflow, 'any')).toBeUndefined();
    expect(phaseRank(defaultWorkflow, 'foreign')).toBeUndefined();
    expect(statusRank(defaultWorkflow, 'in_qa')).toBe(3);
    expect(statusRank(defaultWorkflow, 'blocked')).toBeUndefined();
    expect(statusRank(defaultWorkflow, 'todo')).toBeUndefined();
  });

  it('sorts phases, those without a rank last', () => {
    const phases = ['foreign', 'done', 'any', 'qa', 'planning'];
    const sorted = phases.toSorted((a, b) => comparePhases(defaultWorkflow, a, b));
    expect(sorted).toEqual(['planning', 'qa', 'done', 'any', 'foreign']);
    expect(comparePhases(defaultWorkflow, 'any', 'any')).toBe(0);
  });
});

describe('a move to an earlier phase', () => {
  it.each([
    ['in_qa', 'in_development', true],
    ['in_development', 'in_qa', false],
    ['in_qa', 'ready_for_qa', false],
    ['in_qa', 'blocked', false],
    ['blocked', 'draft', false],
    ['in_qa', 'todo', false],
    ['todo', 'draft', false],
  ])('%s → %s: %s', (from, to, backward) => {
    expect(isBackward(defaultWorkflow, from, to)).toBe(backward);
  });
});
