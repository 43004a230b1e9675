import { describe, expect, it } from 'vitest';
import {
  blockTarget,
  claimTarget,
  finishTarget,
  rejectTarget,
  unblockTarget,
} from '../../../src/domain/workflow/transitions.ts';
import { defaultWorkflow } from './workflows.ts';

const none = undefined;

/** The target of each operation in the built-in workflow, written by hand. */
const table: [
  status: string,
  claim: string | undefined,
  finish: string | undefined,
  reject: string | undefined,
  mayBeRejectedTo: string[],
  block: string | undefined,
][] = [
  ['draft', none, 'ready_for_refinement', none, ['ready_for_refinement'], none],
  ['ready_for_refinement', 'in_refinement', 'in_refinement', none, ['in_refinement'], none],
  ['in_refinement', 'in_refinement', 'ready_for_development', 'draft', ['draft'], 'blocked'],
  [
    'ready_for_development',
    'in_development',
    'in_development',
    'ready_for_refinement',
    ['in_development', 'ready_for_refinement'],
    none,
  ],
  [
    'in_development',
    'in_development',
    'ready_for_code_review',
    'ready_for_refinement',
    ['ready_for_refinement'],
    'blocked',
  ],
  [
    'ready_for_code_review',
    'in_code_review',
    'in_code_review',
    'in_development',
    ['in_code_review', 'in_development'],
    none,
  ],
  [
    'in_code_review',
    'in_code_review',
    'ready_for_qa',
    'in_development',
    ['in_development', 'ready_for_refinement'],
    none,
  ],
  ['ready_for_qa', 'in_qa', 'in_qa', none, ['in_qa'], none],
  [
    'in_qa',
    'in_qa',
    'ready_for_approval',
    'in_development',
    ['in_development', 'ready_for_refinement'],
    'blocked',
  ],
  ['ready_for_approval', 'in_approval', 'in_approval', none, ['in_approval'], none],
  [
    'in_approval',
    'in_approval',
    'completed',
    'ready_for_qa',
    ['ready_for_qa', 'ready_for_development', 'ready_for_refinement'],
    none,
  ],
  ['completed', none, none, none, [], none],
  ['blocked', none, none, none, ['ready_for_development', 'ready_for_refinement'], none],
  ['on_hold', none, none, none, ['ready_for_refinement', 'ready_for_development'], none],
  ['cancelled', none, none, none, [], none],
];

describe('the built-in workflow', () => {
  it('has the statuses of the table', () => {
    expect([...defaultWorkflow.statuses.keys()]).toEqual(table.map(([status]) => status));
  });

  it.each(table)(
    'has the expected targets of %s',
    (status, claim, finish, reject, mayBeRejectedTo, block) => {
      expect(claimTarget(defaultWorkflow, status)).toBe(claim);
      expect(finishTarget(defaultWorkflow, status)).toBe(finish);
      expect(rejectTarget(defaultWorkflow, status)).toEqual(
        reject === undefined
          ? { kind: 'none', reason: 'no-earlier-phase', allowed: mayBeRejectedTo }
          : { kind: 'moves', to: reject },
      );
      for (const to of defaultWorkflow.statuses.keys())
        expect(rejectTarget(defaultWorkflow, status, to).kind === 'moves').toBe(mayBeRejectedTo.includes(to));
      expect(blockTarget(defaultWorkflow, status)).toBe(block);
    },
  );

  it.each([
    ['blocked', 'planning', 'ready_for_refinement'],
    ['blocked', 'development', 'ready_for_development'],
    ['blocked', 'qa', 'ready_for_development'],
    ['blocked', undefined, 'ready_for_development'],
    ['on_hold', 'planning', 'ready_for_refinement'],
    ['on_hold', 'development', 'ready_for_development'],
    ['on_hold', 'approval', 'ready_for_refinement'],
    ['on_hold', undefined, 'ready_for_refinement'],
  ])('unblocks %s, blocked in %s, to %s', (status, phase, to) => {
    expect(unblockTarget(defaultWorkflow, status, phase)).toBe(to);
  });

  it('unblocks only paused statuses', () => {
    const moving = table.map(([status]) => status).filter((name) => name !== 'blocked' && name !== 'on_hold');
    for (const status of moving) expect(unblockTarget(defaultWorkflow, status, 'planning')).toBeUndefined();
  });

  it('has phases, agent types, start and completing statuses', () => {
    expect(defaultWorkflow.phases).toEqual(['planning', 'development', 'review', 'qa', 'approval', 'done']);
    expect(defaultWorkflow.startStatuses).toEqual(['draft', 'ready_for_development']);
    expect(defaultWorkflow.completeStatuses).toEqual(['completed', 'cancelled']);
    expect(defaultWorkflow.statuses.get('ready_for_qa')).toEqual({
      name: 'ready_for_qa',
      phase: 'qa',
      agentTypes: ['qa', 'test-engineer'],
      description: 'Ready for quality assurance testing',
      color: 'green',
      staleAfterMs: null,
      transitions: ['in_qa', 'on_hold'],
      isStart: false,
      isTerminal: false,
      isComplete: false,
    });
    expect(defaultWorkflow.statuses.get('cancelled')).toMatchObject({ isTerminal: true, isComplete: true });
    expect(defaultWorkflow.statuses.get('draft')).toMatchObject({ isStart: true, isTerminal: false });
  });
});
