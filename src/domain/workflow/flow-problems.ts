import { isCancellation } from './status-names.ts';
import { unreadable } from './workflow-file.ts';

/** What can be read of a workflow file that may have faults; undefined is a part that cannot be read. */
export interface ReadableFile {
  readonly flow: ReadonlyMap<string, readonly string[]> | undefined;
  readonly described: readonly string[];
  readonly starts: readonly string[] | undefined;
  readonly completes: readonly string[] | undefined;
}

/** What is wrong with the statuses and the ways between them, one sentence for each fault. */
export function workflowFlowProblems({
  flow,
  described,
  starts,
  completes,
}: ReadableFile): readonly string[] {
  const problems = [
    ...listProblems('special_statuses._start_', starts ?? [], flow),
    ...listProblems('special_statuses._complete_', completes ?? [], flow),
  ];
  if (flow === undefined) return problems;
  for (const [name, transitions] of flow) {
    if (name === '') {
      problems.push('status_flow has a status without a name: give it one');
      continue;
    }
    problems.push(...listProblems(`status_flow.${name}`, transitions, flow));
    if (transitions.includes(name))
      problems.push(`status_flow.${name} leads to itself: remove ${name} from its list`);
  }
  problems.push(...descriptionFaults(flow, described));
  // With an end that cannot be read, nothing certain can be said about the ways to the end.
  if (completes?.length && !completes.includes(unreadable))
    problems.push(...missingTransitionErrors(flow, starts ?? [], completes));
  return problems;
}

function listProblems(place: string, list: readonly string[], flow: ReadableFile['flow']): string[] {
  const names = new Set(list.filter((name) => name !== unreadable));
  const unknown = [...names].filter((name) => flow && !flow.has(name));
  const repeated = [...names].filter((name) => list.indexOf(name) !== list.lastIndexOf(name));
  return [
    ...unknown.map(
      (name) => `${place} names ${name}, which status_flow does not have: correct the name or add the status`,
    ),
    ...repeated.map((name) => `${place} names ${name} more than once: name it once`),
  ];
}

/**
 * The description of a status that is no longer in the flow does no harm. Beside a status that lacks one it is
 * most likely the misspelled description of that, whose phase would silently get lost.
 */
function descriptionFaults(flow: ReadonlyMap<string, unknown>, described: readonly string[]): string[] {
  const undescribed = [...flow.keys()].filter((name) => !described.includes(name));
  if (undescribed.length === 0) return [];
  return described
    .filter((name) => !flow.has(name))
    .map(
      (name) =>
        `status_metadata describes ${name}, which status_flow does not have, but not ${undescribed.join(', ')}: ` +
        'correct the name or remove the entry',
    );
}

/** From every status a task can end, and from every start it can end in success. */
function missingTransitionErrors(
  flow: ReadonlyMap<string, readonly string[]>,
  starts: readonly string[],
  completes: readonly string[],
): string[] {
  const stuck = [...flow].filter(
    ([name, transitions]) => transitions.length === 0 && !completes.includes(name),
  );
  const problems = stuck.map(
    ([name]) =>
      `status_flow.${name} has no way out: give it a transition, or add it to special_statuses._complete_`,
  );

  const ending = leadsTo(flow, completes, completes);
  const trapped = [...flow.keys()].filter((name) => !ending.has(name));
  if (trapped.length > 0)
    problems.push(
      `status_flow leads from ${trapped.join(', ')} to no status of special_statuses._complete_: add a way`,
    );

  const successes = completes.filter((name) => !isCancellation(name));
  if (successes.length === 0)
    return [
      ...problems,
      `special_statuses._complete_ has only cancellations (${completes.join(', ')}): add the status of finished work`,
    ];
  const succeeding = leadsTo(flow, successes, completes);
  const failing = starts.filter((name) => flow.has(name) && !trapped.includes(name) && !succeeding.has(name));
  if (failing.length > 0)
    problems.push(
      `status_flow leads from the start ${failing.join(', ')} to cancellation only: add a way to ${successes.join(' or ')}`,
    );
  return problems;
}

/**
 * The statuses from which one of the goals can be reached. Where another fault hides what comes next, such as an
 * unknown target, the answer is yes: once that is put right, there may well be a way.
 */
function leadsTo(
  flow: ReadonlyMap<string, readonly string[]>,
  goals: readonly string[],
  completes: readonly string[],
): ReadonlySet<string> {
  const leading = new Set(goals);
  for (const [name, transitions] of flow)
    if (transitions.length === 0 && !completes.includes(name)) leading.add(name);
  for (let before = -1; before < leading.size; ) {
    before = leading.size;
    for (const [name, transitions] of flow)
      if (transitions.some((to) => leading.has(to) || !flow.has(to))) leading.add(name);
  }
  return leading;
}
