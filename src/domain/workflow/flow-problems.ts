import { isCancellation } from './status-names.ts';
import { unreadable } from './workflow-file.ts';

/** The readable parts of a workflow file. A missing or invalid part is undefined. */
export interface ReadableParts {
  readonly flow: ReadonlyMap<string, readonly string[]> | undefined;
  readonly described: readonly string[];
  readonly aliases: readonly (readonly [formerName: string, status: string])[];
  readonly starts: readonly string[] | undefined;
  readonly completes: readonly string[] | undefined;
}

/** Returns the problems with statuses and transitions, one sentence for each problem. */
export function flowProblems({
  flow,
  described,
  aliases,
  starts,
  completes,
}: ReadableParts): readonly string[] {
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
  for (const [formerName, status] of aliases) {
    const problem = status === unreadable ? undefined : aliasProblem(flow, formerName, status);
    if (problem !== undefined) problems.push(`status_aliases.${formerName}: ${problem}`);
  }
  // Check the paths only if every name in `special_statuses._complete_` could be read.
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

/** Returns why a name cannot be the former name of a status. Undefined if it can. */
export function aliasProblem(
  statuses: ReadonlyMap<string, unknown>,
  formerName: string,
  status: string,
): string | undefined {
  if (!statuses.has(status))
    return `the workflow has no status ${status}. Use one of ${[...statuses.keys()].join(', ')}`;
  if (formerName === '' || statuses.has(formerName))
    return `${formerName === '' ? 'the former name is empty' : `${formerName} is a status of the workflow`}. Use a name that only old rows of the task history contain`;
  return undefined;
}

/** Finds unknown statuses in `status_metadata`. They are probably misspelled if a known status has no entry. */
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

/** Finds statuses without a path to a complete status, and start statuses without a path to success. */
function pathProblems(
  flow: ReadonlyMap<string, readonly string[]>,
  starts: readonly string[],
  completes: readonly string[],
): string[] {
  const stuck = [...flow].filter(
    ([name, transitions]) => transitions.length === 0 && !completes.includes(name),
  );
  const problems = stuck.map(
    ([name]) =>
      `status_flow.${name} has no transitions: add one, or add ${name} to special_statuses._complete_`,
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
      `status_flow leads from the start status ${failing.join(', ')} only to a cancellation: add a path to ${successes.join(' or ')}`,
    );
  return problems;
}

/** Returns the goals and all statuses with a path to a goal. */
function statusesBefore(
  flow: ReadonlyMap<string, readonly string[]>,
  goals: readonly string[],
  completes: readonly string[],
): ReadonlySet<string> {
  // Treat dead ends and missing statuses as goals too, because other checks report them.
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
