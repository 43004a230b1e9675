import { anyPhase, type Status } from './workflow.ts';

const knownPhases: readonly string[] = ['planning', 'development', 'review', 'qa', 'approval', 'done'];

/**
 * The phases that the statuses use, in the order in which work passes through them.
 *
 * The known phases keep their fixed order. A phase of the user's own stands behind the known phase from which
 * the flow first enters it, or before all of them if work begins in it; several at the same place stand in the
 * order of their first appearance. "First" is counted along the flow, breadth first from the start statuses:
 * programs that write workflow files sort the statuses by name, so their order in the file says nothing. The
 * phases of statuses that no start leads to come last, in the order of the file.
 */
export function orderPhases(
  statuses: ReadonlyMap<string, Status>,
  startStatuses: readonly string[],
): readonly string[] {
  // Known phases have whole places; a phase of the user's own lies half way behind one.
  const places = new Map(knownPhases.map((phase, index) => [phase, index]));
  const used = new Set<string>();
  const reached = new Set<string>();
  const waiting: { name: string; placeBefore: number }[] = [];

  const walkFrom = (names: readonly string[], placeBefore: number) => {
    waiting.push(...names.map((name) => ({ name, placeBefore })));
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const status = statuses.get(step.name);
      if (status === undefined || reached.has(step.name)) continue;
      reached.add(step.name);
      let place = step.placeBefore;
      if (status.phase !== anyPhase) {
        place = places.get(status.phase) ?? Math.floor(step.placeBefore) + 0.5;
        places.set(status.phase, place);
        used.add(status.phase);
      }
      for (const name of status.transitions) waiting.push({ name, placeBefore: place });
    }
  };
  walkFrom(startStatuses, -1);
  walkFrom([...statuses.keys()], knownPhases.length);

  return [...places]
    .filter(([phase]) => used.has(phase))
    .toSorted(([, a], [, b]) => a - b)
    .map(([phase]) => phase);
}
