/*
 * Messages that name operations or arguments. GraphQL and the command line have different names for the same thing
 * (`sessionId`, `--session`), so a message consists of texts and terms. Each surface renders the terms with its own
 * names.
 */

/** The things that messages can name: operations and arguments, by their name in the schema, and phrases. */
export const termNames = [
  'claimTask',
  'claimNextTask',
  'finishTask',
  'rejectTask',
  'blockTask',
  'unblockTask',
  'createTask',
  'createFeature',
  'createEpic',
  'abandonSession',
  'abandonStaleSessions',
  'heartbeatSession',
  'tasks',
  'phaseDurations',
  'agentPerformance',
  'agingWork',
  'sessionTurnedStale',
  'taskKey',
  'epicKey',
  'featureKey',
  'key',
  'sessionId',
  'agent',
  'agentId',
  'agentType',
  'title',
  'description',
  'notes',
  'reason',
  'status',
  'toStatus',
  'phase',
  'outcome',
  'active',
  'staleAfter',
  'silentFor',
  'since',
  'until',
  'endedSince',
  'endedUntil',
  'first',
  'after',
  'bucket',
  'priority',
  'idempotencyKey',
  'executionOrder',
  'dependsOn',
  'activeTrue',
  'nothingWasChanged',
] as const;

export type TermName = (typeof termNames)[number];

export interface Term {
  readonly term: TermName;
}

/** The parts of a message, in order. A wording can be sent as JSON. */
export type Wording = readonly (string | Term)[];

/** The text of each term for one surface, such as the API or the command line. */
export type Dictionary = Readonly<Record<TermName, string>>;

export function term(name: TermName): Term {
  return { term: name };
}

const known: ReadonlySet<unknown> = new Set(termNames);

export function isTermName(name: unknown): name is TermName {
  return known.has(name);
}

/**
 * The term for a name of the schema. If no surface has another name for it, the name itself. Do not use it for values
 * from users.
 */
export function termOr(name: string): Term | string {
  return isTermName(name) ? term(name) : name;
}

/**
 * Builds a message from a template: wording`Use ${term('finishTask')} first`. A string in the template is a value and
 * is not changed, even if it equals the name of a term.
 */
export function wording(
  texts: TemplateStringsArray,
  ...values: readonly (string | number | Term | Wording)[]
): Wording {
  return joined(texts.flatMap((text, index) => [text, ...partsOf(values[index] ?? '')]));
}

/** Joins several messages, with `separator` between them. */
export function joinWordings(wordings: readonly Wording[], separator: string): Wording {
  return joined(wordings.flatMap((each, index) => (index === 0 ? each : [separator, ...each])));
}

function partsOf(value: string | number | Term | Wording): Wording {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  return 'term' in value ? [value] : value;
}

function joined(parts: Wording): Wording {
  const merged: (string | Term)[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part;
    else if (part !== '') merged.push(part);
  }
  return merged;
}

export function rendered(message: Wording, dictionary: Dictionary): string {
  return message.map((part) => (typeof part === 'string' ? part : dictionary[part.term])).join('');
}

export function hasTerms(message: Wording): boolean {
  return message.some((part) => typeof part !== 'string');
}

/** Whether a value that another program sent is a message whose terms are all known here. */
export function isWording(value: unknown): value is Wording {
  return (
    Array.isArray(value) &&
    value.every(
      (part: unknown) =>
        typeof part === 'string' ||
        (typeof part === 'object' && part !== null && 'term' in part && isTermName(part.term)),
    )
  );
}
