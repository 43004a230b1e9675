import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultWorkflowFile } from '../../../src/domain/workflow/default-workflow.ts';
import { parseWorkflow } from '../../../src/domain/workflow/parse-workflow.ts';
import { isCancellation, isPause } from '../../../src/domain/workflow/status-names.ts';
import {
  blockTarget,
  claimTarget,
  finishTarget,
  rejectTarget,
  unblockTarget,
} from '../../../src/domain/workflow/transitions.ts';
import { isBackward, phaseRank, statusRank, type Workflow } from '../../../src/domain/workflow/workflow.ts';
import { type StatusInFile, workflowFile, workflowFrom } from './workflows.ts';

const names = [
  'todo',
  'review',
  'rejected',
  'blocked',
  'on_hold',
  'ready_for_a',
  'in_a',
  'ready_for_b',
  'in_b',
];
const phases = ['planning', 'development', 'review', 'qa', 'any', 'own', 'other', undefined];

/** A status of a valid workflow: transitions to some other statuses, with completing ones somewhere among them. */
const statusInFile = (name: string): fc.Arbitrary<StatusInFile> =>
  fc
    .tuple(
      fc.shuffledSubarray(names.filter((other) => other !== name)),
      fc.nat(),
      fc.shuffledSubarray(['completed', 'cancelled'], { minLength: 1 }),
      fc.constantFrom(...phases),
      fc.subarray(['developer', 'reviewer']),
    )
    .map(([to, at, ends, phase, agentTypes]) => {
      const index = at % (to.length + 1);
      return { to: [...to.slice(0, index), ...ends, ...to.slice(index)], phase, agentTypes };
    });

const workflows: fc.Arbitrary<Workflow> = fc.tuple(...names.map(statusInFile)).map((statuses) => {
  const flow: Record<string, StatusInFile> = Object.fromEntries(
    names.map((name, index) => [name, statuses[index] ?? { to: ['completed'] }]),
  );
  // The start status needs a path to success.
  const start = flow.todo;
  if (start !== undefined && !start.to.includes('completed')) start.to.push('completed');
  flow.completed = { to: [], phase: 'done' };
  flow.cancelled = { to: ['todo'], phase: 'done' };
  return workflowFrom(workflowFile(flow, { starts: ['todo'], completes: ['completed', 'cancelled'] }));
});

/** Checks every status of many workflows. */
function checkEveryStatus(check: (workflow: Workflow, name: string, transitions: readonly string[]) => void) {
  fc.assert(
    fc.property(workflows, (workflow) => {
      for (const status of workflow.statuses.values()) check(workflow, status.name, status.transitions);
    }),
  );
}

const isComplete = (workflow: Workflow, name: string) => workflow.statuses.get(name)?.isComplete ?? true;

describe('in any workflow', () => {
  it('a claim keeps the status or uses a transition, and a second claim keeps the status', () => {
    checkEveryStatus((workflow, name, transitions) => {
      const target = claimTarget(workflow, name);
      if (target === undefined) return;
      expect([name, ...transitions]).toContain(target);
      expect(isComplete(workflow, target) || isPause(target)).toBe(false);
      expect(claimTarget(workflow, target)).toBe(target);
    });
  });

  it('a finish uses a transition towards success', () => {
    checkEveryStatus((workflow, name, transitions) => {
      const target = finishTarget(workflow, name);
      if (target === undefined) return;
      expect(transitions).toContain(target);
      expect(isCancellation(target) || isPause(target)).toBe(false);
      expect(isBackward(workflow, name, target) && !isComplete(workflow, target)).toBe(false);
    });
  });

  it('every unfinished status with a transition to the completing status can be finished', () => {
    checkEveryStatus((workflow, name, transitions) => {
      if (isComplete(workflow, name) || isPause(name) || !transitions.includes('completed')) return;
      expect(finishTarget(workflow, name)).toBeDefined();
    });
  });

  it('a rejection uses a transition to the nearest phase that is not later', () => {
    checkEveryStatus((workflow, name, transitions) => {
      const result = rejectTarget(workflow, name);
      if (result.kind === 'none') return;
      expect(transitions).toContain(result.to);
      expect(isComplete(workflow, result.to) || isPause(result.to)).toBe(false);
      expect(result.to).not.toBe(finishTarget(workflow, name));
      const rank = statusRank(workflow, name) ?? Number.NaN;
      const reached = statusRank(workflow, result.to) ?? Number.NaN;
      expect(reached).toBeLessThanOrEqual(rank);
      for (const other of transitions) {
        const otherRank = statusRank(workflow, other);
        if (otherRank === undefined || otherRank >= rank || isComplete(workflow, other) || isPause(other))
          continue;
        expect(reached).toBeGreaterThanOrEqual(otherRank);
        expect(reached).toBeLessThan(rank);
      }
    });
  });

  it('a rejection is possible to exactly the statuses that an impossible one lists', () => {
    checkEveryStatus((workflow, name) => {
      const impossible = rejectTarget(workflow, name, 'nowhere');
      if (impossible.kind !== 'none') throw new Error('The target of a rejection does not exist');
      for (const to of workflow.statuses.keys()) {
        const result = rejectTarget(workflow, name, to);
        expect(result.kind).toBe(impossible.allowed.includes(to) ? 'moves' : 'none');
        if (result.kind === 'none') {
          expect(result.allowed).toEqual(impossible.allowed);
          const isLater =
            isBackward(workflow, to, name) && workflow.statuses.get(name)?.transitions.includes(to);
          expect(result.reason).toBe(isLater ? 'later-phase' : 'not-allowed');
        } else expect(isBackward(workflow, to, name)).toBe(false);
      }
    });
  });

  it('a block needs a transition to blocked, and unblock moves every paused task that can continue', () => {
    checkEveryStatus((workflow, name, transitions) => {
      expect(blockTarget(workflow, name)).toBe(transitions.includes('blocked') ? 'blocked' : undefined);
      const target = unblockTarget(workflow, name, 'qa');
      if (target !== undefined) expect(transitions).toContain(target);
      const onward = transitions.filter(
        (to) => !isComplete(workflow, to) && !isPause(to) && !isCancellation(to),
      );
      expect(target !== undefined).toBe(isPause(name) && onward.length > 0);
      const queues = onward.filter((to) => to.startsWith('ready_for_'));
      if (target !== undefined && queues.length > 0) expect(queues).toContain(target);
    });
  });

  it('every phase in use has one rank, and the known phases are in their fixed order', () => {
    fc.assert(
      fc.property(workflows, (workflow) => {
        const used = new Set([...workflow.statuses.values()].map(({ phase }) => phase));
        used.delete('any');
        expect(workflow.phases.toSorted()).toEqual([...used].toSorted());
        const known = ['planning', 'development', 'review', 'qa', 'done'].filter((phase) => used.has(phase));
        const ranks = known.map((phase) => phaseRank(workflow, phase));
        expect(workflow.phases.filter((phase) => known.includes(phase))).toEqual(known);
        expect(ranks).not.toContain(undefined);
      }),
    );
  });
});

describe('any JSON', () => {
  const fields = Object.keys(defaultWorkflowFile);

  it('is parsed as a workflow or reported with problems', () => {
    const mangled = fc
      .tuple(fc.constantFrom(...fields), fc.dictionary(fc.constantFrom(...names, '_start_'), fc.jsonValue()))
      .map(([field, value]) => ({ ...defaultWorkflowFile, [field]: value }));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), mangled), (json) => {
        const parsed = parseWorkflow(json);
        if ('problems' in parsed) expect(parsed.problems.length).toBeGreaterThan(0);
        else expect(parsed.workflow.statuses.size).toBeGreaterThan(0);
      }),
    );
  });
});
