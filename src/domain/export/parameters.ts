import * as z from 'zod';
import { parseDuration } from '../../shared/duration.ts';
import { ExpectedError } from '../../shared/expected-error.ts';
import { parseTime } from '../../shared/instant.ts';
import { InvalidInputError } from '../errors.ts';
import { outcomes } from '../../shared/outcomes.ts';
import { shortValue } from '../../shared/short-values.ts';
import { checkSessionFilter, type SessionFilter } from '../sessions/filter.ts';
import { sessionFilterFields } from '../sessions/filter-fields.ts';

/** A request for a CSV export. */
export interface ExportRequest {
  filter: SessionFilter;
  /** Whether the CSV file starts with a byte order mark. Excel needs this mark to read UTF-8. */
  withByteOrderMark: boolean;
}

/** The parameters of an export are invalid. `problems` has one sentence for each problem. */
export class ExportParametersError extends ExpectedError {
  override readonly name = 'ExportParametersError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super({ code: 'BAD_USER_INPUT', message: problems.join('\n'), parameters: {} });
    this.problems = problems;
  }
}

/**
 * The URL parameters that filter sessions. They work like the GraphQL fields of the same names, but allow lower-case
 * outcomes.
 */
const filterParameters = (now: Date) =>
  sessionFilterFields({
    text: (field) => parameter(field.name, (text) => field.check(text)),
    outcome: ({ name }) => parameter(name, (text) => oneOf(outcomes, text.toLowerCase(), text)),
    flag: ({ name }) => parameter(name, (text) => oneOf(['true', 'false'], text) === 'true'),
    duration: ({ name }) => parameter(name, parseDuration),
    instant: ({ name }) => parameter(name, (text) => instant(text, now)),
  });

const parameters = (now: Date) =>
  z.strictObject({
    ...filterParameters(now),
    bom: parameter('bom', (text) => oneOf(['on', 'off'], text) === 'on'),
  });

/**
 * Reads the query parameters of a URL. Throws an ExportParametersError for unknown, repeated, invalid or contradictory
 * parameters. Relative times count from `now`.
 */
export function readExportParameters(search: URLSearchParams, now: Date): ExportRequest {
  const names = [...new Set(search.keys())];
  const given = Object.fromEntries(names.map((name) => [name, search.getAll(name)]));
  const known = parameters(now);
  const result = known.safeParse(given);
  if (!result.success)
    throw new ExportParametersError(
      result.error.issues.flatMap((issue) => problemsOf(issue, Object.keys(known.shape))),
    );
  const { bom = true, ...filter } = result.data;
  try {
    return { filter: checkSessionFilter(filter), withByteOrderMark: bom };
  } catch (error) {
    if (error instanceof InvalidInputError) throw new ExportParametersError([describe(error)]);
    throw error;
  }
}

/**
 * Declares a URL parameter that may occur once. It is invalid if `read` throws an InvalidInputError or a RangeError.
 */
function parameter<Value>(name: string, read: (text: string) => Value) {
  return z
    .array(z.string())
    .transform((texts, context): Value => {
      try {
        const [text = '', ...more] = texts;
        if (more.length > 0) throw new RangeError(`found ${texts.length} times. Give it once`);
        return read(text);
      } catch (error) {
        const message =
          error instanceof InvalidInputError
            ? describe(error)
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
    throw new RangeError(
      `${JSON.stringify(shortValue(asGiven))} is not allowed. Use one of ${values.join(', ')}`,
    );
  return found;
}

function instant(text: string, now: Date): Date {
  try {
    return parseTime(text, now);
  } catch (error) {
    // If the plus sign in a time such as 10:00+01:00 is not escaped in a URL, it means a space.
    if (error instanceof RangeError && text.includes(' '))
      throw new RangeError(`${error.message}. In a URL, + means a space: write %2B instead`, {
        cause: error,
      });
    throw error;
  }
}

function problemsOf(issue: z.core.$ZodIssue, known: readonly string[]): string[] {
  if (issue.code !== 'unrecognized_keys') return [issue.message];
  return issue.keys.map(
    (name) =>
      `Unknown parameter ${JSON.stringify(shortValue(name))}. The known parameters are ${known.join(', ')}`,
  );
}

function describe({ message, suggestion }: InvalidInputError): string {
  return suggestion === null ? message : `${message}. ${suggestion}`;
}
