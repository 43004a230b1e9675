import { describe, expect, it } from 'vitest';
import { agentTypeFits, claimTarget, finishTarget } from '../../../src/domain/workflow/transitions.ts';
import { around, defaultWorkflow, workflowFile, workflowFrom } from './workflows.ts';

describe('claiming', () => {
  it('goes from a queue to its own work, even if other work is listed first', () => {
    const workflow = around(
      'ready_for_review',
      { to: ['in_repair', 'in_review'], phase: 'review' },
      { in_repair: 'review', in_review: 'review' },
    );
    expect(claimTarget(workflow, 'ready_for_review')).toBe('in_review');
  });

  it('goes from a queue without work of that name to the first work that is not a step back', () => {
    const workflow = around(
      'ready_for_review',
      { to: ['in_development', 'in_code_review'], phase: 'review' },
      { in_development: 'development', in_code_review: 'review' },
    );
    expect(claimTarget(workflow, 'ready_for_review')).toBe('in_code_review');
  });

  it('never works in a queue, although it lists agent types', () => {
    const workflow = around('ready_for_release', { to: ['done'], agentTypes: ['operator'] });
    expect(claimTarget(workflow, 'ready_for_release')).toBeUndefined();
  });

  it('takes a status that lists agent types and leads to no work for work', () => {
    expect(claimTarget(around('release', { to: ['done'], agentTypes: ['operator'] }), 'release')).toBe(
      'release',
    );
    expect(claimTarget(around('release', { to: ['done'], agentTypes: [] }), 'release')).toBeUndefined();
  });

  it('does not reopen what is complete, nor what is paused', () => {
    const reopened = around('todo', { to: ['in_work'] }, { in_work: 'any' }, ['done', 'todo']);
    expect(claimTarget(reopened, 'todo')).toBeUndefined();
    const paused = around('on_hold', { to: ['in_work'] }, { in_work: 'any' });
    expect(claimTarget(paused, 'on_hold')).toBeUndefined();
  });
});

describe('finishing', () => {
  it('prefers a queue to the end, and the end to anything else', () => {
    const others = { in_next: 'review', ready_for_next: 'review' };
    const all = { to: ['in_next', 'done', 'ready_for_next'], phase: 'review' };
    expect(finishTarget(around('in_work', all, others), 'in_work')).toBe('ready_for_next');
    const noQueue = { to: ['in_next', 'done'], phase: 'review' };
    expect(finishTarget(around('in_work', noQueue, others), 'in_work')).toBe('done');
  });

  it('passes over queues of earlier phases', () => {
    const workflow = around(
      'in_qa',
      { to: ['ready_for_development', 'signed'], phase: 'qa' },
      { ready_for_development: 'development', signed: 'approval' },
    );
    expect(finishTarget(workflow, 'in_qa')).toBe('signed');
  });

  it.each(['cancelled', 'canceled', 'rejected', 'abandoned', 'closed_wont_do', 'qa-rejected', 'Cancelled'])(
    'does not take %s for success',
    (cancellation) => {
      const status = { to: [cancellation, 'done'] };
      const workflow = around('in_work', status, { [cancellation]: 'done' }, [cancellation, 'done']);
      expect(finishTarget(workflow, 'in_work')).toBe('done');
      const goesOn = around('in_work', { to: [cancellation] }, { [cancellation]: 'any' });
      expect(finishTarget(goesOn, 'in_work')).toBeUndefined();
    },
  );

  it.each(['ready_for_rejected_parts', 'uncancelled', 'wontons'])('takes %s for a way on', (name) => {
    expect(finishTarget(around('in_work', { to: [name] }, { [name]: 'any' }), 'in_work')).toBe(name);
  });

  it('reaches an end that stands in an earlier phase', () => {
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

  it('leaves alone what is complete or paused', () => {
    const reopened = around('accepted', { to: ['ready_for_work'] }, { ready_for_work: 'any' }, [
      'done',
      'accepted',
    ]);
    expect(finishTarget(reopened, 'accepted')).toBeUndefined();
    expect(finishTarget(around('on_hold', { to: ['done'] }), 'on_hold')).toBeUndefined();
  });
});

describe('agent types', () => {
  it('fit if the status lists them, or none', () => {
    const queue = defaultWorkflow.statuses.get('ready_for_qa');
    expect(agentTypeFits(queue, 'qa')).toBe(true);
    expect(agentTypeFits(queue, 'developer')).toBe(false);
    expect(agentTypeFits(defaultWorkflow.statuses.get('in_qa'), 'developer')).toBe(true);
    expect(agentTypeFits(undefined, 'developer')).toBe(true);
  });
});
