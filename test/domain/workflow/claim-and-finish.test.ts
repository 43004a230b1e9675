import { describe, expect, it } from 'vitest';
import { agentTypeFits, claimTarget, finishTarget } from '../../../src/domain/workflow/transitions.ts';
import { around, defaultWorkflow, workflowFile, workflowFrom } from './workflows.ts';

describe('the target of claim', () => {
  it('of ready_for_X is in_X, even if another in_* status is listed first', () => {
    const workflow = around(
      'ready_for_review',
      { to: ['in_repair', 'in_review'], phase: 'review' },
      { in_repair: 'review', in_review: 'review' },
    );
    expect(claimTarget(workflow, 'ready_for_review')).toBe('in_review');
  });

  it('of ready_for_X without in_X is the first in_* status that is not in an earlier phase', () => {
    const workflow = around(
      'ready_for_review',
      { to: ['in_development', 'in_code_review'], phase: 'review' },
      { in_development: 'development', in_code_review: 'review' },
    );
    expect(claimTarget(workflow, 'ready_for_review')).toBe('in_code_review');
  });

  it('is never a queue, even if it lists agent types', () => {
    const workflow = around('ready_for_release', { to: ['done'], agentTypes: ['operator'] });
    expect(claimTarget(workflow, 'ready_for_release')).toBeUndefined();
  });

  it('of a status with agent types and without transitions to in_* is the status itself', () => {
    expect(claimTarget(around('release', { to: ['done'], agentTypes: ['operator'] }), 'release')).toBe(
      'release',
    );
    expect(claimTarget(around('release', { to: ['done'], agentTypes: [] }), 'release')).toBeUndefined();
  });

  it('does not exist for completed or paused tasks', () => {
    const reopened = around('todo', { to: ['in_work'] }, { in_work: 'any' }, ['done', 'todo']);
    expect(claimTarget(reopened, 'todo')).toBeUndefined();
    const paused = around('on_hold', { to: ['in_work'] }, { in_work: 'any' });
    expect(claimTarget(paused, 'on_hold')).toBeUndefined();
  });
});

describe('the target of finish', () => {
  it('prefers a queue, then a completing status, then other statuses', () => {
    const others = { in_next: 'review', ready_for_next: 'review' };
    const all = { to: ['in_next', 'done', 'ready_for_next'], phase: 'review' };
    expect(finishTarget(around('in_work', all, others), 'in_work')).toBe('ready_for_next');
    const noQueue = { to: ['in_next', 'done'], phase: 'review' };
    expect(finishTarget(around('in_work', noQueue, others), 'in_work')).toBe('done');
  });

  it('is not a queue of an earlier phase', () => {
    const workflow = around(
      'in_qa',
      { to: ['ready_for_development', 'signed'], phase: 'qa' },
      { ready_for_development: 'development', signed: 'approval' },
    );
    expect(finishTarget(workflow, 'in_qa')).toBe('signed');
  });

  it.each(['cancelled', 'canceled', 'rejected', 'abandoned', 'closed_wont_do', 'qa-rejected', 'Cancelled'])(
    'is never %s, which is a cancellation',
    (cancellation) => {
      const status = { to: [cancellation, 'done'] };
      const workflow = around('in_work', status, { [cancellation]: 'done' }, [cancellation, 'done']);
      expect(finishTarget(workflow, 'in_work')).toBe('done');
      const onlyCancellation = around('in_work', { to: [cancellation] }, { [cancellation]: 'any' });
      expect(finishTarget(onlyCancellation, 'in_work')).toBeUndefined();
    },
  );

  it.each(['ready_for_rejected_parts', 'uncancelled', 'wontons'])('can be %s', (name) => {
    expect(finishTarget(around('in_work', { to: [name] }, { [name]: 'any' }), 'in_work')).toBe(name);
  });

  it('can be a completing status in an earlier phase', () => {
    const workflow = around('in_rollout', { to: ['done'], phase: 'rollout' });
    const late = workflowFrom(
      workflowFile({
        approved: { to: ['in_rollout'], phase: 'done' },
        in_rollout: { to: ['done'], phase: 'rollout' },
        done: { to: [], phase: 'done' },
      }),
    );
    expect(workflow.phases).toEqual(['rollout', 'done']);
    expect(late.phases).toEqual(['done', 'rollout']);
    expect(finishTarget(late, 'in_rollout')).toBe('done');
  });

  it('does not exist for completed or paused tasks', () => {
    const reopened = around('accepted', { to: ['ready_for_work'] }, { ready_for_work: 'any' }, [
      'done',
      'accepted',
    ]);
    expect(finishTarget(reopened, 'accepted')).toBeUndefined();
    expect(finishTarget(around('on_hold', { to: ['done'] }), 'on_hold')).toBeUndefined();
  });
});

describe('agent types', () => {
  it('match if the status lists them or lists no agent types', () => {
    const queue = defaultWorkflow.statuses.get('ready_for_qa');
    expect(agentTypeFits(queue, 'qa')).toBe(true);
    expect(agentTypeFits(queue, 'developer')).toBe(false);
    expect(agentTypeFits(defaultWorkflow.statuses.get('in_qa'), 'developer')).toBe(true);
    expect(agentTypeFits(undefined, 'developer')).toBe(true);
  });
});
