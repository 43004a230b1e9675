import * as z from 'zod';
import { durationExamples, parseDuration } from '../../shared/duration.ts';

/** The workflow in a `.sharkconfig.json`. Additional fields in the file belong to other programs. */
export type WorkflowFile = z.output<typeof workflowFile>;

const aStatus = wrong('the name of a status');
const status = z.string(aStatus).min(1, aStatus);
const transitions = z.array(status, wrong('a list of statuses, such as ["in_qa", "blocked"]'));
const someStatuses = wrong('a list of at least one status, such as ["draft"]');
const specialStatuses = z.array(status, someStatuses).min(1, someStatuses);

const aPhase = wrong('a phase, such as "development"');
const aDuration = wrong(`a duration longer than zero, like ${durationExamples}`);
// The optional fields can be null, because some programs write null for an empty field.
const description = z.object(
  {
    phase: z.string(aPhase).min(1, aPhase).optional(),
    agent_types: z
      .array(z.string(wrong('text')), wrong('a list of agent types, such as ["developer"]'))
      .nullish(),
    description: z.string(wrong('text')).nullish(),
    color: z.string(wrong('text, such as "yellow"')).nullish(),
    stale_after: z.string(aDuration).refine(isDuration, aDuration).nullish(),
  },
  wrong('an object, such as { "phase": "qa" }'),
);

const workflowFile = z.object(
  {
    status_flow: z.record(
      z.string(),
      transitions,
      wrong('an object that lists the transitions of each status by name'),
    ),
    status_metadata: z
      .record(z.string(), description, wrong('an object that describes statuses by name'))
      .nullish(),
    status_aliases: z
      .record(z.string(), status, wrong('an object with the status for each former name'))
      .nullish(),
    special_statuses: z.object(
      { _start_: specialStatuses, _complete_: specialStatuses },
      wrong('an object with the lists _start_ and _complete_'),
    ),
  },
  wrong('an object with status_flow and special_statuses'),
);

const absent = z.undefined().optional();
const fileWithoutWorkflow = z.object({
  status_flow: absent,
  status_metadata: absent,
  status_aliases: absent,
  special_statuses: absent,
});

/** Whether the JSON is an object without any field of a workflow. */
export function hasNoWorkflow(json: unknown): boolean {
  return fileWithoutWorkflow.safeParse(json).success;
}

/**
 * Returns the fields of the workflow, or one problem for each invalid field. Each problem says which value is wrong and
 * what it should be.
 */
export function readFields(json: unknown): { file: WorkflowFile } | { problems: readonly string[] } {
  const read = workflowFile.safeParse(json);
  if (read.success) return { file: read.data };
  return { problems: read.error.issues.map((issue) => `${nameOfField(issue.path)} ${issue.message}`) };
}

function nameOfField(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
  return steps.length === 0 ? 'the file' : steps.join('').slice(1);
}

function isDuration(text: string): boolean {
  try {
    return parseDuration(text) > 0;
  } catch {
    return false;
  }
}

function wrong(expected: string) {
  return {
    error: ({ input }: { input?: unknown }) =>
      `${input === undefined ? 'is missing' : `is ${excerpt(input)}`}: it should be ${expected}`,
  };
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Marks an invalid status in a list: the empty text, which is never a valid name. */
export const unreadable = '';

const validList = z.array(z.string().catch(unreadable));

const validParts = z
  .object({
    status_flow: z
      .record(z.string(), validList.catch([unreadable]))
      .optional()
      .catch(undefined),
    status_metadata: z.record(z.string(), z.unknown()).optional().catch(undefined),
    status_aliases: z.record(z.string(), z.string().catch(unreadable)).optional().catch(undefined),
    special_statuses: z
      .object({
        _start_: validList.optional().catch(undefined),
        _complete_: validList.optional().catch(undefined),
      })
      .optional()
      .catch(undefined),
  })
  .catch({});

/** Returns the valid parts of a workflow file, so that an invalid field does not hide problems in other fields. */
export function readValidParts(json: unknown) {
  const file = validParts.parse(json);
  return {
    flow: file.status_flow && new Map(Object.entries(file.status_flow)),
    aliases: Object.entries(file.status_aliases ?? {}),
    described: Object.keys(file.status_metadata ?? {}),
    starts: file.special_statuses?._start_,
    completes: file.special_statuses?._complete_,
  };
}
