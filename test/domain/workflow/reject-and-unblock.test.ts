import { describe, expect, it } from 'vitest';
import {
  blockTarget,
  claimTarget,
  finishTarget,
  rejectTarget,
  unblockTarget,
} from '../../../src/domain/workflow/transitions.ts';
import { around, defaultWorkflow, enterprise, simple, workflowFile, workflowFrom } from './workflows.ts';

describe('the target of reject', () => {
  const workflow = around(
    'in_qa',
    {
      to: ['done', 'ready_for_planning', 'spec', 'in_development', 'ready_for_development', 'blocked', 'odd'],
      phase: 'qa',
    },
    {
      ready_for_planning: 'planning',
      spec: 'development',
      in_development: 'development',
      ready_for_development: 'development',
      blocked: 'any',
      odd: 'any',
    },
  );

  it('is in the nearest earlier phase, where a queue is preferred to an in_* status', () => {
    expect(rejectTarget(workflow, 'in_qa')).toEqual({ kind: 'moves', to: 'ready_for_development' });
  });

  it('prefers an in_* status to any other status of the phase', () => {
    const others = { spec: 'development', in_development: 'development' };
    const noQueue = around('in_qa', { to: ['spec', 'in_development'], phase: 'qa' }, others);
    expect(rejectTarget(noQueue, 'in_qa')).toEqual({ kind: 'moves', to: 'in_development' });
  });

  const allowed = ['ready_for_planning', 'spec', 'in_development', 'ready_for_development'];

  it.each(allowed)('is %s if it is requested', (to) => {
    expect(rejectTarget(workflow, 'in_qa', to)).toEqual({ kind: 'moves', to });
  });

  it.each([
    ['done', 'later-phase'],
    ['blocked', 'not-allowed'],
    ['odd', 'not-allowed'],
    ['in_qa', 'not-allowed'],
    ['nowhere', 'not-allowed'],
  ])('cannot be %s: %s', (to, reason) => {
    expect(rejectTarget(workflow, 'in_qa', to)).toEqual({ kind: 'none', reason, allowed });
  });

  it('is in the same phase if there is no earlier one, but is never the target of finish', () => {
    expect(finishTarget(enterprise, 'in_refinement')).toBe('ready_for_security_review');
    expect(rejectTarget(enterprise, 'in_refinement')).toEqual({ kind: 'moves', to: 'draft' });
    expect(rejectTarget(enterprise, 'in_refinement', 'ready_for_security_review')).toEqual({
      kind: 'moves',
      to: 'ready_for_security_review',
    });
  });

  it('must be requested in a workflow without phases', () => {
    const plain = workflowFrom(
      workflowFile({
        todo: { to: ['in_work'] },
        in_work: { to: ['in_review'] },
        in_review: { to: ['in_work', 'on_hold', 'done'] },
        on_hold: { to: ['todo'] },
        done: { to: [] },
      }),
    );
    expect(rejectTarget(plain, 'in_review')).toEqual({
      kind: 'none',
      reason: 'no-earlier-phase',
      allowed: ['in_work'],
    });
    expect(rejectTarget(plain, 'in_review', 'in_work')).toEqual({ kind: 'moves', to: 'in_work' });
  });
});

describe('the target of unblock', () => {
  it('is another status if there is no queue', () => {
    expect(unblockTarget(simple, 'blocked', 'review')).toBe('todo');
  });

  it('without a queue, prefers a status of the phase in which the task was blocked', () => {
    const workflow = around(
      'blocked',
      { to: ['cancelled', 'done', 'todo', 'in_progress'] },
      { cancelled: 'any', todo: 'planning', in_progress: 'development' },
    );
    expect(unblockTarget(workflow, 'blocked', 'development')).toBe('in_progress');
    expect(unblockTarget(workflow, 'blocked', 'done')).toBe('todo');
  });

  it('prefers a queue of another phase to another status of the same phase', () => {
    const others = { in_development: 'development', ready_for_planning: 'planning' };
    const workflow = around('blocked', { to: ['in_development', 'ready_for_planning'] }, others);
    expect(unblockTarget(workflow, 'blocked', 'development')).toBe('ready_for_planning');
  });

  it('is never a cancellation', () => {
    const workflow = around('blocked', { to: ['cancelled'] }, { cancelled: 'done' });
    expect(unblockTarget(workflow, 'blocked', 'done')).toBeUndefined();
  });
});

describe('a status that is not in the workflow', () => {
  it.each(['todo', 'in_limbo', 'ready_for_anything', '', 'constructor'])("'%s' has no targets", (status) => {
    expect(claimTarget(defaultWorkflow, status)).toBeUndefined();
    expect(finishTarget(defaultWorkflow, status)).toBeUndefined();
    expect(blockTarget(defaultWorkflow, status)).toBeUndefined();
    for (const to of [undefined, 'draft', status])
      expect(rejectTarget(defaultWorkflow, status, to)).toEqual({
        kind: 'none',
        reason: 'unknown-status',
        allowed: [],
      });
  });

  it('has no target of unblock', () => {
    expect(unblockTarget(enterprise, 'on_hold', 'planning')).toBeUndefined();
  });
});
