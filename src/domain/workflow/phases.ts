import { anyPhase, type Status } from './workflow.ts';

const knownPhases: readonly string[] = ['planning', 'development', 'review', 'qa', 'approval', 'done'];

/**
 * Returns the phases in the order in which tasks pass through them. Known phases, such as `review`, have a fixed order.
 */
export function orderPhases(
  statuses: ReadonlyMap<string, Status>,
  startStatuses: readonly string[],
): readonly string[] {
  // The ranks that sort the phases. A custom phase comes half a rank after a known phase.
  const ranks = new Map(knownPhases.map((phase, index) => [phase, index]));
  const used = new Set<string>();
  const reached = new Set<string>();
  const queue: { name: string; rankBefore: number }[] = [];

  const walkFrom = (names: readonly string[], rankBefore: number) => {
    // The statuses in the file may be in alphabetical order, so take the order from the transitions, breadth first.
    queue.push(...names.map((name) => ({ name, rankBefore })));
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const status = statuses.get(step.name);
      if (status === undefined || reached.has(step.name)) continue;
      reached.add(step.name);
      let rank = step.rankBefore;
      if (status.phase !== anyPhase) {
        // A custom phase comes after the first known phase that leads to it.
        rank = ranks.get(status.phase) ?? Math.floor(step.rankBefore) + 0.5;
        ranks.set(status.phase, rank);
        used.add(status.phase);
      }
      for (const name of status.transitions) queue.push({ name, rankBefore: rank });
    }
  };
  // If tasks start in a custom phase, it comes before all known phases.
  walkFrom(startStatuses, -1);
  // Custom phases without a path from a start status come last.
  walkFrom([...statuses.keys()], knownPhases.length);

  return [...ranks]
    .filter(([phase]) => used.has(phase))
    .toSorted(([, a], [, b]) => a - b)
    .map(([phase]) => phase);
}
