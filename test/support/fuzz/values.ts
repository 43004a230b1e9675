import fc from 'fast-check';
import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';

/** The value of an argument or an input field. `absent` if it is omitted. */
export const absent = Symbol('absent');

const deep = (depth: number, inner: unknown): unknown => (depth === 0 ? inner : deep(depth - 1, [inner]));

/** Text that often causes bugs. */
const hostileText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    ' \t\r\n',
    '\0',
    'E01\0',
    '\uD83D',
    '\uDE00E01',
    'a\uFFFF\uFFFE',
    '\uFEFFE01',
    '\u202EE01',
    'e\u0301'.repeat(50),
    '👩‍👩‍👧‍👦🦈',
    '\u2028\u2029',
    '\u001B[31m',
    'line\n{"level":60,"msg":"forged"}',
    'line\r\nset-cookie: forged=1',
    "'; DROP TABLE tasks; --",
    `" OR 1=1 --`,
    "' UNION SELECT key FROM tasks --",
    '%',
    '_',
    '*',
    '\\',
    '"""',
    '") { __schema { types { name } } }',
    '${1}',
    '$1',
    '?1',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'null',
    'undefined',
    'NaN',
    'true',
    '-1',
    '1e309',
    '=HYPERLINK("http://elsewhere.example")',
    '+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1',
    '../../etc/passwd',
    '<script>alert(1)</script>',
    '["E01"]',
    '{}',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(64, 65, 128, 129, 500, 501, 10_000, 10_001, 60_000).map((length) => 'x'.repeat(length)),
);

const edgeNumbers = fc.constantFrom(
  0,
  -0,
  -1,
  10,
  11,
  500,
  501,
  0.5,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -(2 ** 31) - 1,
  Number.MAX_SAFE_INTEGER,
  2 ** 63,
  Number.MAX_VALUE,
  5e-324,
);

/** Values of types that no argument expects. */
const misfit = fc.oneof(
  hostileText,
  edgeNumbers,
  fc.boolean(),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>([], {}, [[]], [null], deep(200, 'E01'), { filter: {} }),
);

const edgeDurations = fc.constantFrom(
  'PT0S',
  '0s',
  '1ms',
  '0.0001s',
  '0.001s',
  '-4h',
  'PT-4H',
  '4 h',
  '4',
  'h',
  'P',
  'PT',
  'P1M',
  'P1Y',
  'P1DT',
  '36525d',
  '36525d1s',
  '36526d',
  'PT876600H',
  'P5217W',
  '1e9h',
  '٤h',
  'Infinityh',
  `${'9'.repeat(400)}d`,
  `${'0'.repeat(400)}1h`,
);

const edgeInstants = fc.constantFrom(
  '0000-01-01',
  '0000-01-01T00:00:00Z',
  '0000-01-01T00:00:00+23:59',
  '0001-01-01T00:00:00.000Z',
  '-000001-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '9999-12-31',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-23:59',
  '10000-01-01',
  '+010000-01-01T00:00:00Z',
  '275760-09-13',
  '+275760-09-13T00:00:00.000Z',
  '+275760-09-13T00:00:00.001Z',
  '-271821-04-20T00:00:00.000Z',
  '2026-02-29',
  '2024-02-29',
  '2026-02-30T00:00:00Z',
  '2026-13-01',
  '2026-00-00',
  '2026-01-11T24:00:00Z',
  '2026-01-11T23:59:60Z',
  '2026-01-11T10:00:00',
  '2026-01-11 10:00:00',
  '2026-01-11T10:00:00.1234567890Z',
  '2026-01-11T10:00:00+99:99',
  '1767225600000',
  'now',
);

/** Valid values for an argument of this name, which depend on the database. See `fuzzedApp`. */
export type Plausible = Readonly<Record<string, readonly string[]>>;

const plausibleDurations = ['1s', '90m', '4h', '2d', 'PT4H', 'P30D'];
const plausibleInstants = [
  '2025-12-01',
  '2026-01-01T00:00:00Z',
  '2026-01-11',
  '2026-01-11T11:00:00+01:00',
  '2026-02-01',
];

/** Valid text with one change. */
function nearly(texts: readonly string[]): fc.Arbitrary<string> {
  const change: fc.Arbitrary<(text: string, at: number) => string> = fc.oneof(
    fc.constantFrom(
      (text: string, at: number) => text.slice(0, at) + text.slice(at + 1),
      (text: string, at: number) => text.slice(0, at) + text.slice(at).toLowerCase(),
      (text: string, at: number) => text.slice(at) + text.slice(0, at),
      (text: string) => `${text}=`,
      (text: string) => ` ${text} `,
      (text: string) => text.replaceAll(/\d/g, '9'),
      (text: string) => text.replaceAll(/\d/g, '0'),
    ),
    hostileText.map((other) => (text: string, at: number) => text.slice(0, at) + other + text.slice(at)),
  );
  return fc
    .tuple(fc.constantFrom(...texts), fc.nat({ max: 40 }), change)
    .map(([text, at, changed]) => changed(text, at % (text.length + 1)));
}

function textLike(plausible: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...plausible) },
    { weight: 2, arbitrary: nearly(plausible) },
    { weight: 2, arbitrary: hostileText },
  );
}

/** Generators for the values of each scalar, for an argument of this name. */
const scalars: Readonly<Record<string, (name: string, plausible: Plausible) => fc.Arbitrary<unknown>>> = {
  Boolean: () => fc.boolean(),
  Int: () =>
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(1, 2, 3, 5) }, { weight: 1, arbitrary: edgeNumbers }),
  String: (name, plausible) => textLike(plausible[name] ?? ['A usual text']),
  ID: (name, plausible) => textLike(plausible[name] ?? plausible.id ?? ['1']),
  DateTime: () =>
    fc.oneof({ weight: 2, arbitrary: textLike(plausibleInstants) }, { weight: 1, arbitrary: edgeInstants }),
  Duration: () =>
    fc.oneof({ weight: 2, arbitrary: textLike(plausibleDurations) }, { weight: 1, arbitrary: edgeDurations }),
};

/**
 * Values for an argument: mostly plausible ones, so that other arguments are checked too, and sometimes invalid
 * ones. Throws an error for an unknown scalar.
 */
export function valuesOf(type: GraphQLInputType, name: string, plausible: Plausible): fc.Arbitrary<unknown> {
  const named = isNonNullType(type) ? type.ofType : type;
  return fc.oneof(
    { weight: 16, arbitrary: fittingValues(named, name, plausible) },
    { weight: 1, arbitrary: misfit },
    { weight: isNonNullType(type) ? 1 : 2, arbitrary: fc.constant(null) },
  );
}

function fittingValues(type: GraphQLInputType, name: string, plausible: Plausible): fc.Arbitrary<unknown> {
  if (isListType(type)) return fc.array(valuesOf(type.ofType, name, plausible), { maxLength: 3 });
  if (isInputObjectType(type)) return inputs(type, plausible);
  if (isEnumType(type)) {
    const names = type.getValues().map((value) => value.name);
    return fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...names) },
      { weight: 1, arbitrary: nearly(names) },
    );
  }
  const make = scalars['name' in type ? type.name : ''];
  if (make === undefined)
    throw new Error(`The fuzz cannot make values of ${String(type)} for ${name}: say in values.ts how`);
  return make(name, plausible);
}

function inputs(type: GraphQLInputObjectType, plausible: Plausible): fc.Arbitrary<unknown> {
  const fields = Object.values(type.getFields());
  return fc
    .tuple(
      ...fields.map((field) =>
        orAbsent(valuesOf(field.type, field.name, plausible), isRequiredInputField(field)),
      ),
      fc.constantFrom(...Array.from({ length: 40 }, () => absent), 'x'),
    )
    .map((values) =>
      Object.fromEntries(
        [...fields.map(({ name }) => name), 'noSuchField']
          .map((name, index) => [name, values[index]] as const)
          .filter(([, value]) => value !== absent),
      ),
    );
}

/** Omits required values rarely and optional ones often, because the fields of a filter can contradict each other. */
export function orAbsent(values: fc.Arbitrary<unknown>, isRequired: boolean): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: isRequired ? 40 : 2, arbitrary: values },
    { weight: isRequired ? 1 : 3, arbitrary: fc.constant(absent) },
  );
}
