/*
 * Messages that name operations or arguments. GraphQL and the command line have different names for the same thing
 * (`sessionId`, `--session`), so a message consists of texts and terms. The API and the command line each replace the
 * terms by their own names.
 */

/** The operations, arguments and phrases that GraphQL and the command line express differently. */
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

/** A message as a list of texts and terms. A `Dictionary` contains the text of each term. */
export type Wording = readonly (string | Term)[];

/** The names of the terms, either for messages of the API or for messages of the command line. */
export type Dictionary = Readonly<Record<TermName, string>>;

export function term(name: TermName): Term {
  return { term: name };
}

const known: ReadonlySet<unknown> = new Set(termNames);

export function isTermName(name: unknown): name is TermName {
  return known.has(name);
}

/** Returns the term for a GraphQL name, or else the name itself. Do not pass user input: it may equal a term. */
export function termOr(name: string): Term | string {
  return isTermName(name) ? term(name) : name;
}

/** Builds a message from a template: wording`Use ${term('finishTask')} first`. Inserted strings stay unchanged. */
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

/** Whether a value is a message in which all terms are known. */
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
