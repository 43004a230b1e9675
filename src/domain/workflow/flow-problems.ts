import { isCancellation } from './status-names.ts';
import { unreadable } from './workflow-file.ts';

/** The parts of a workflow file that could be read. Undefined: that part is missing or invalid. */
export interface ReadableParts {
  readonly flow: ReadonlyMap<string, readonly string[]> | undefined;
  readonly described: readonly string[];
  readonly starts: readonly string[] | undefined;
  readonly completes: readonly string[] | undefined;
}

/** The problems with statuses and transitions, one sentence each. */
export function flowProblems({ flow, described, starts, completes }: ReadableParts): readonly string[] {
  const problems = [
    ...listProblems('special_statuses._start_', starts ?? [], flow),
    ...listProblems('special_statuses._complete_', completes ?? [], flow),
  ];
  if (flow === undefined) return problems;
  for (const [name, transitions] of flow) {
    if (name === '') {
      problems.push('status_flow has a status with an empty name: give it a name or remove it');
      continue;
    }
    problems.push(...listProblems(`status_flow.${name}`, transitions, flow));
    if (transitions.includes(name))
      problems.push(`status_flow.${name} lists ${name} itself: remove it from the list`);
  }
  problems.push(...descriptionProblems(flow, described));
  // Paths can be checked only if all completing statuses could be read.
  if (completes?.length && !completes.includes(unreadable))
    problems.push(...pathProblems(flow, starts ?? [], completes));
  return problems;
}

function listProblems(field: string, list: readonly string[], flow: ReadableParts['flow']): string[] {
  const names = new Set(list.filter((name) => name !== unreadable));
  const unknown = [...names].filter((name) => flow && !flow.has(name));
  const repeated = [...names].filter((name) => list.indexOf(name) !== list.lastIndexOf(name));
  return [
    ...unknown.map(
      (name) => `${field} lists ${name}, which status_flow does not have: correct the name or add the status`,
    ),
    ...repeated.map((name) => `${field} lists ${name} more than once: remove the duplicate`),
  ];
}

/**
 * `status_metadata` may describe a status that is not in the flow. But if a status of the flow has no description, the
 * name in `status_metadata` is probably misspelled. Without this check, the status of the flow would lose its phase
 * without a message.
 */
function descriptionProblems(flow: ReadonlyMap<string, unknown>, described: readonly string[]): string[] {
  const undescribed = [...flow.keys()].filter((name) => !described.includes(name));
  if (undescribed.length === 0) return [];
  return described
    .filter((name) => !flow.has(name))
    .map(
      (name) =>
        `status_metadata describes ${name}, which status_flow does not have, and does not describe ` +
        `${undescribed.join(', ')}: correct the name or remove the entry`,
    );
}

/** Every status needs a path to a completing status, and every start status a path to success. */
function pathProblems(
  flow: ReadonlyMap<string, readonly string[]>,
  starts: readonly string[],
  completes: readonly string[],
): string[] {
  const stuck = [...flow].filter(
    ([name, transitions]) => transitions.length === 0 && !completes.includes(name),
  );
  const problems = stuck.map(
    ([name]) => `status_flow.${name} is []: add a transition, or add ${name} to special_statuses._complete_`,
  );

  const completing = statusesBefore(flow, completes, completes);
  const trapped = [...flow.keys()].filter((name) => !completing.has(name));
  if (trapped.length > 0)
    problems.push(
      `status_flow has no path from ${trapped.join(', ')} to a status of special_statuses._complete_: add a transition`,
    );

  const successes = completes.filter((name) => !isCancellation(name));
  if (successes.length === 0)
    return [
      ...problems,
      `special_statuses._complete_ lists only cancellations (${completes.join(', ')}): add the status of finished work`,
    ];
  const succeeding = statusesBefore(flow, successes, completes);
  const failing = starts.filter((name) => flow.has(name) && !trapped.includes(name) && !succeeding.has(name));
  if (failing.length > 0)
    problems.push(
      `status_flow has no path from the start ${failing.join(', ')} to ${successes.join(' or ')}, only to cancellation: add a transition`,
    );
  return problems;
}

/**
 * The statuses from which one of the goals can be reached, and the goals themselves. A status with another problem that
 * hides its next statuses, such as an unknown target, is included: after that problem is solved, the path may exist.
 */
function statusesBefore(
  flow: ReadonlyMap<string, readonly string[]>,
  goals: readonly string[],
  completes: readonly string[],
): ReadonlySet<string> {
  const found = new Set(goals);
  for (const [name, transitions] of flow)
    if (transitions.length === 0 && !completes.includes(name)) found.add(name);
  for (let sizeBefore = -1; sizeBefore < found.size; ) {
    sizeBefore = found.size;
    for (const [name, transitions] of flow)
      if (transitions.some((to) => found.has(to) || !flow.has(to))) found.add(name);
  }
  return found;
}
