import { describe, expect, it } from 'vitest';
import { claimTarget, finishTarget } from '../../../src/domain/workflow/transitions.ts';
import type { Workflow } from '../../../src/domain/workflow/workflow.ts';
import { everyWorkflow, workflowFile, workflowFrom, workflowNamed } from './workflows.ts';

/** Claims if possible, then finishes, until the status is completing. Throws at a dead end and in a loop. */
function drive(workflow: Workflow, start: string): string[] {
  const passed = [start];
  const enter = (status: string | undefined): string => {
    if (status === undefined) throw new Error(`Dead end: ${passed.join(' → ')}`);
    if (passed.includes(status)) throw new Error(`Loop: ${passed.join(' → ')} → ${status}`);
    passed.push(status);
    return status;
  };
  let status = start;
  while (!workflow.statuses.get(status)?.isComplete) {
    const claimed = claimTarget(workflow, status) ?? status;
    status = enter(finishTarget(workflow, claimed === status ? status : enter(claimed)));
  }
  return passed;
}

const development =
  'ready_for_development → in_development → ready_for_code_review → in_code_review → ready_for_qa → in_qa';

describe('claim and finish alone move a task from a start status to success', () => {
  it.each([
    [
      'default',
      'draft',
      `draft → ready_for_refinement → in_refinement → ${development} → ready_for_approval → in_approval → completed`,
    ],
    ['default', 'ready_for_development', `${development} → ready_for_approval → in_approval → completed`],
    ['simple', 'todo', 'todo → in_progress → review → done'],
    [
      'enterprise',
      'draft',
      'draft → ready_for_refinement → in_refinement → ready_for_security_review → in_security_review → ' +
        `ready_for_architecture_review → in_architecture_review → ${development} → ready_for_compliance_check → ` +
        'in_compliance_check → ready_for_approval → in_approval → approved → completed',
    ],
    [
      'two refinements',
      'draft',
      'draft → ready_for_refinement_ba → in_refinement_ba → ready_for_refinement_tech → in_refinement_tech → ' +
        `${development} → ready_for_approval → in_approval → completed`,
    ],
  ])('in the workflow %s from %s', (name, start, path) => {
    expect(drive(workflowNamed(name), start).join(' → ')).toBe(path);
  });

  it('covers every start status', () => {
    const starts = [...everyWorkflow.values()].flatMap((workflow) => workflow.startStatuses);
    expect(starts).toEqual(['draft', 'ready_for_development', 'todo', 'draft', 'draft']);
  });

  it('detects a loop and a dead end', () => {
    const loop = workflowFrom(
      workflowFile({
        ready_for_a: { to: ['ready_for_b'] },
        ready_for_b: { to: ['ready_for_a', 'done'] },
        done: { to: [] },
      }),
    );
    expect(() => drive(loop, 'ready_for_a')).toThrow('Loop: ready_for_a → ready_for_b → ready_for_a');
    const deadEnd = workflowFrom(
      workflowFile({
        todo: { to: ['done'] },
        in_review: { to: ['in_progress'], phase: 'review' },
        in_progress: { to: ['done'], phase: 'development' },
        done: { to: [] },
      }),
    );
    expect(() => drive(deadEnd, 'in_review')).toThrow('Dead end: in_review');
  });
});

describe('claim outside of ready_for_* and in_* statuses', () => {
  it.each([
    ['simple', 'todo', 'in_progress'],
    ['simple', 'review', 'review'],
    ['enterprise', 'draft', undefined],
    ['enterprise', 'approved', undefined],
    ['enterprise', 'rejected', undefined],
    ['simple', 'done', undefined],
    ['simple', 'blocked', undefined],
  ])('in the workflow %s: %s → %s', (name, status, target) => {
    const workflow = workflowNamed(name);
    expect(workflow.statuses.has(status)).toBe(true);
    expect(claimTarget(workflow, status)).toBe(target);
  });
});
