import { claimTarget, finishTarget } from '../workflow/transitions.ts';
import type { Workflow } from '../workflow/workflow.ts';

/** How often tasks came to a status from each status, and how often they left it to each status. */
interface Neighbours {
  readonly before: Map<string, number>;
  readonly after: Map<string, number>;
}

/** Counts the moves between statuses in the history of all tasks. */
export interface MoveCounter {
  add(from: string, to: string): void;
  readonly neighbours: ReadonlyMap<string, Neighbours>;
}

export function createMoveCounter(): MoveCounter {
  const neighbours = new Map<string, Neighbours>();
  const of = (status: string) => {
    const known = neighbours.get(status) ?? { before: new Map(), after: new Map() };
    neighbours.set(status, known);
    return known;
  };
  return {
    add(from, to) {
      increase(of(to).before, from);
      increase(of(from).after, to);
    },
    neighbours,
  };
}

/**
 * Finds for each unknown status of one kind, for example a queue, the status of the workflow that has probably taken its
 * place. A status fits if it is of the same kind and has a similar name or stands between the same statuses. Yields
 * nothing for an unknown status if several statuses fit equally well.
 */
export function* likelyNewNames(
  workflow: Workflow,
  { neighbours }: MoveCounter,
  isOfKind: (status: string) => boolean,
): Generator<[formerName: string, status: string]> {
  const candidates = [...workflow.statuses.keys()].filter(isOfKind);
  for (const formerName of neighbours.keys()) {
    if (!isOfKind(formerName) || workflow.statuses.has(formerName)) continue;
    const [best, second] = candidates
      .map((status) => ({ status, fit: fitOf(workflow, neighbours, formerName, status) }))
      .toSorted((one, other) => other.fit - one.fit);
    if (best !== undefined && (second === undefined || best.fit > second.fit))
      yield [formerName, best.status];
  }
}

function fitOf(
  workflow: Workflow,
  neighbours: MoveCounter['neighbours'],
  formerName: string,
  candidate: string,
): number {
  const transitionsOf = (status: string) => workflow.statuses.get(status)?.transitions ?? [];
  const [former, current] = [neighbours.get(formerName), neighbours.get(candidate)];
  const before = sumOfShares(former?.before, (status) =>
    workflow.statuses.has(status)
      ? fitOfMove(claimTarget(workflow, status), transitionsOf(status), candidate)
      : shareOf(current?.before, status),
  );
  const after = sumOfShares(former?.after, (status) => {
    if (workflow.statuses.has(status))
      return fitOfMove(finishTarget(workflow, candidate), transitionsOf(candidate), status);
    const isRenamed = transitionsOf(candidate).some((next) => haveCommonWord(next, status));
    return Math.max(Number(isRenamed), shareOf(current?.after, status));
  });
  // A similar name says more than all neighbours.
  return before + after + (haveCommonWord(formerName, candidate) ? 3 : 0);
}

/** A claim or a finish fits better than another move, for example a rejection. */
function fitOfMove(usual: string | undefined, transitions: readonly string[], to: string): number {
  return usual === to ? 1 : transitions.includes(to) ? 0.5 : 0;
}

/** Adds up how well each neighbour fits (0 to 1), weighted by its share of the moves. */
function sumOfShares(
  counts: ReadonlyMap<string, number> | undefined,
  fit: (status: string) => number,
): number {
  return [...(counts?.keys() ?? [])].reduce((sum, status) => sum + shareOf(counts, status) * fit(status), 0);
}

function shareOf(counts: ReadonlyMap<string, number> | undefined, status: string): number {
  const total = [...(counts?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  return total === 0 ? 0 : (counts?.get(status) ?? 0) / total;
}

const wordsOfEveryStatus: ReadonlySet<string> = new Set(['in', 'ready', 'for']);

/** Whether a word of one name is a word of the other, or its beginning, such as `dev` and `development`. */
function haveCommonWord(one: string, other: string): boolean {
  const wordsOf = (name: string) =>
    name
      .toLowerCase()
      .split(/[_\- ]/)
      .filter((word) => word.length > 1 && !wordsOfEveryStatus.has(word));
  const others = wordsOf(other);
  return wordsOf(one).some((word) =>
    others.some((each) => (word.length <= each.length ? each.startsWith(word) : word.startsWith(each))),
  );
}

function increase(counts: Map<string, number>, status: string): void {
  counts.set(status, (counts.get(status) ?? 0) + 1);
}
