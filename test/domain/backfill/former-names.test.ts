import { expect, it } from 'vitest';
import { createMoveCounter, likelyNewNames } from '../../../src/domain/backfill/former-names.ts';
import { isQueue, isWork } from '../../../src/domain/workflow/status-names.ts';
import type { Workflow } from '../../../src/domain/workflow/workflow.ts';
import { defaultWorkflow, simple } from '../workflow/workflows.ts';

/** The suggestions for a history in which tasks passed through these statuses. */
function suggested(histories: readonly string[], workflow: Workflow = defaultWorkflow, isOfKind = isWork) {
  const moves = createMoveCounter();
  for (const history of histories) {
    const statuses = history.split(' ');
    for (const [index, status] of statuses.entries()) {
      const next = statuses[index + 1];
      if (next !== undefined) moves.add(status, next);
    }
  }
  return Object.fromEntries(likelyNewNames(workflow, moves, isOfKind));
}

it.each([
  ['the queue before it', ['ready_for_development in_progress done'], 'in_development'],
  ['the queue after it', ['todo in_progress ready_for_qa'], 'in_code_review'],
  ['both', ['ready_for_qa in_progress ready_for_approval'], 'in_qa'],
  ['the former name of the queue after it', ['todo in_progress ready_for_review'], 'in_development'],
  [
    'an unknown status that also led to the new one',
    ['todo in_progress done', 'todo in_qa ready_for_approval'],
    'in_qa',
  ],
  [
    'most of the moves',
    [...Array(3).fill('ready_for_qa in_progress'), 'ready_for_approval in_progress'],
    'in_qa',
  ],
])('a new name is found by %s', (_, histories, status) => {
  expect(suggested(histories)).toEqual({ in_progress: status });
});

it('a similar name says more than the neighbours', () => {
  expect(
    suggested(['todo in_review ready_for_approval', 'ready_for_development in_dev ready_for_qa']),
  ).toEqual({
    in_review: 'in_code_review',
    in_dev: 'in_development',
  });
});

it('the only work status of a workflow is the new name of every other one', () => {
  expect(suggested(['start in_work end'], simple)).toEqual({ in_work: 'in_progress' });
});

it('there is no suggestion if nothing or several statuses fit', () => {
  expect(suggested(['todo in_progress done'])).toEqual({});
  expect(suggested(['ready_for_qa in_progress', 'ready_for_approval in_progress'])).toEqual({});
});

it('statuses of the workflow and statuses of other kinds get no suggestion', () => {
  expect(
    suggested(['ready_for_qa in_qa ready_for_approval', 'ready_for_qa doing ready_for_approval']),
  ).toEqual({});
});

it('a new name of a queue is a queue', () => {
  expect(suggested(['in_progress ready_for_review completed'], defaultWorkflow, isQueue)).toEqual({
    ready_for_review: 'ready_for_code_review',
  });
});
