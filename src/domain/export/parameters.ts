import { z } from 'zod';
import { parseDuration } from '../../shared/duration.ts';
import { parseInstant } from '../../shared/instant.ts';
import { InvalidInputError } from '../errors.ts';
import { outcomes } from '../sessions/close-session.ts';
import { checkSessionFilter, type SessionFilter } from '../sessions/filter.ts';
import { sessionFilterFields } from '../sessions/filter-fields.ts';

/** What is asked of an export. */
export interface ExportRequest {
  filter: SessionFilter;
  /** Whether the file begins with a byte order mark, without which Excel does not read it as UTF-8. */
  withByteOrderMark: boolean;
}

/** Parameters that cannot be used; every fault is told in words for whoever wrote them. */
export class ExportParametersError extends Error {
  override readonly name = 'ExportParametersError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** The fields of the session filter, with the names and formats of the GraphQL API. */
const filterParameters = sessionFilterFields({
  text: (field) => parameter(field.name, (text) => field.check(text)),
  outcome: ({ name }) => parameter(name, (text) => oneOf(outcomes, text.toLowerCase(), text)),
  flag: ({ name }) => parameter(name, (text) => oneOf(['true', 'false'], text) === 'true'),
  duration: ({ name }) => parameter(name, parseDuration),
  instant: ({ name }) => parameter(name, instant),
});

const parameters = z.strictObject({
  ...filterParameters,
  bom: parameter('bom', (text) => oneOf(['on', 'off'], text) === 'on'),
});

/**
 * Reads the parameters of an address. Throws ExportParametersError with every parameter that is unknown, given more
 * than once or not written as it should be; and where there is none, with the first two that contradict each other.
 */
export function readExportParameters(search: URLSearchParams): ExportRequest {
  const names = [...new Set(search.keys())];
  const given = Object.fromEntries(names.map((name) => [name, search.getAll(name)]));
  const result = parameters.safeParse(given);
  if (!result.success) throw new ExportParametersError(result.error.issues.flatMap(problemsOf));
  const { bom = true, ...filter } = result.data;
  try {
    return { filter: checkSessionFilter(filter), withByteOrderMark: bom };
  } catch (error) {
    if (error instanceof InvalidInputError) throw new ExportParametersError([inWords(error)]);
    throw error;
  }
}

/** What `read` throws as InvalidInputError or RangeError is a fault of the parameter. */
function parameter<Value>(name: string, read: (text: string) => Value) {
  return z
    .array(z.string())
    .transform((texts, context): Value => {
      try {
        const [text = '', ...more] = texts;
        if (more.length > 0) throw new RangeError(`given ${texts.length} times. Give it once`);
        return read(text);
      } catch (error) {
        const message =
          error instanceof InvalidInputError
            ? inWords(error)
            : error instanceof RangeError
              ? `${name}: ${error.message}`
              : undefined;
        if (message === undefined) throw error;
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      }
    })
    .optional();
}

function oneOf<Value extends string>(values: readonly Value[], text: string, asGiven = text): Value {
  const found = values.find((value) => value === text);
  if (found === undefined)
    throw new RangeError(`${JSON.stringify(asGiven)} cannot be. Write one of ${values.join(', ')}`);
  return found;
}

function instant(text: string): Date {
  try {
    return parseInstant(text);
  } catch (error) {
    // The offset of an instant begins with a plus as a rule, and who does not encode it sends a space.
    if (error instanceof RangeError && text.includes(' '))
      throw new RangeError(`${error.message}. In an address, + is a space: write %2B`, { cause: error });
    throw error;
  }
}

function problemsOf(issue: z.core.$ZodIssue): string[] {
  if (issue.code !== 'unrecognized_keys') return [issue.message];
  const known = Object.keys(parameters.shape).join(', ');
  return issue.keys.map((name) => `There is no parameter ${JSON.stringify(name)}. There are ${known}`);
}

function inWords({ message, suggestion }: InvalidInputError): string {
  return suggestion === null ? message : `${message}. ${suggestion}`;
}
