import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { sessionColumns } from '../../../src/domain/export/session-rows.ts';
import { missingNameCodes } from '../../../src/shared/expected-error.ts';
import type { GraphQLInputField } from 'graphql';
import type { Target } from './carriers.ts';
import { absent, orAbsent, type Plausible, valuesOf } from './values.ts';

/** Node.js rejects longer URLs with a status and without a message. */
const longestAddress = 12_000;

/** Query strings with parameters for these fields, sometimes repeated or unknown. */
export function searches(fields: readonly GraphQLInputField[], plausible: Plausible): fc.Arbitrary<string> {
  const values = fields.map((field) => orAbsent(valuesOf(field.type, field.name, plausible), false));
  const others = fc.constantFrom(
    '',
    '',
    '',
    '',
    '',
    'bom=off',
    'bom=maybe',
    'bom',
    '&&=&',
    '%',
    '%ff',
    'a=b',
    '__proto__=1',
  );
  return fc
    .tuple(fc.tuple(...values), fc.array(fc.nat(), { maxLength: 1 }), others)
    .map(([given, twice, other]) => {
      const search = new URLSearchParams();
      for (const [index, { name }] of fields.entries()) {
        const value = given[index];
        if (value === absent || value === null) continue;
        search.append(name, textOf(value));
        if (twice.includes(index)) search.append(name, textOf(value));
      }
      return `${search}&${other}`.slice(0, longestAddress);
    });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The codes of errors that the parameters cause. */
const codesByStatus: ReadonlyMap<number, readonly string[]> = new Map<number, readonly string[]>([
  [400, ['BAD_USER_INPUT']],
  [404, missingNameCodes],
]);

/** The faults of the response. Empty if it is a file or an error that names the invalid parameter. */
export async function exportProblems({ url, headers }: Target, search: string): Promise<string[]> {
  const response = await fetch(new URL(`/export/sessions.csv?${search}`, url), { headers: { ...headers } });
  const text = await response.text();
  if (response.status === 200) {
    const [heading = [], ...rows] = parse(text, { bom: true });
    return [
      ...(JSON.stringify(heading) === JSON.stringify(sessionColumns)
        ? []
        : [`the columns are ${heading.join()}`]),
      ...rows.flatMap((row) => row.filter((cell) => /^[=+@\t\r]/.test(cell))),
    ];
  }
  const codes: readonly unknown[] | undefined = codesByStatus.get(response.status);
  if (codes === undefined) return [`the status is ${response.status}`];
  const { errors }: { errors?: { extensions?: { code?: unknown } }[] } = JSON.parse(text);
  return errors?.length !== undefined &&
    errors.length > 0 &&
    errors.every(({ extensions }) => codes.includes(extensions?.code))
    ? []
    : [`refused without saying why: ${text}`];
}
