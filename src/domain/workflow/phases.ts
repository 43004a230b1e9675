import { anyPhase, type Status } from './workflow.ts';

const knownPhases: readonly string[] = ['planning', 'development', 'review', 'qa', 'approval', 'done'];

/**
 * The phases that the statuses use, in the order in which tasks pass through them.
 *
 * The known phases have a fixed order. A custom phase comes directly after the known phase from which the flow first
 * enters it, or before all of them if tasks start in it. Several custom phases with the same predecessor are in the
 * order of their first appearance. The search runs breadth first from the start statuses, since the order in the file
 * means nothing: programs that write workflow files sort the statuses by name. The phases of statuses that cannot be
 * reached from a start come last, in the order of the file.
 */
export function orderPhases(
  statuses: ReadonlyMap<string, Status>,
  startStatuses: readonly string[],
): readonly string[] {
  // Known phases have integer ranks; a custom phase has the rank of its predecessor plus one half.
  const ranks = new Map(knownPhases.map((phase, index) => [phase, index]));
  const used = new Set<string>();
  const reached = new Set<string>();
  const queue: { name: string; rankBefore: number }[] = [];

  const walkFrom = (names: readonly string[], rankBefore: number) => {
    queue.push(...names.map((name) => ({ name, rankBefore })));
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const status = statuses.get(step.name);
      if (status === undefined || reached.has(step.name)) continue;
      reached.add(step.name);
      let rank = step.rankBefore;
      if (status.phase !== anyPhase) {
        rank = ranks.get(status.phase) ?? Math.floor(step.rankBefore) + 0.5;
        ranks.set(status.phase, rank);
        used.add(status.phase);
      }
      for (const name of status.transitions) queue.push({ name, rankBefore: rank });
    }
  };
  walkFrom(startStatuses, -1);
  walkFrom([...statuses.keys()], knownPhases.length);

  return [...ranks]
    .filter(([phase]) => used.has(phase))
    .toSorted(([, a], [, b]) => a - b)
    .map(([phase]) => phase);
}
