import { type RawBuilder, sql } from 'kysely';

/*
 * Lists are in the order of the numbers in the keys: `E2`, `E10`. All other keys come after, as text.
 *
 * A key with numbers of the usual length, such as `T-E07-F20-001`, is its own sort key. Shorter numbers get zeros. Before
 * a longer number comes `:`, `;` or one of the next characters, one for each length, and all of them come after `9`:
 * `T-E07-F20-:1000`. The key itself is then added, because `E2` and `E02` are different keys. The sort key of any other
 * key is `~` and the key.
 *
 * An index contains the sort keys of tasks. SQLite uses it only for exactly the expression in its migration.
 */

type Kind = 'epic' | 'feature' | 'task';

/** A number in a key, and the text before it. */
interface NumberPart {
  readonly prefix: string;
  /** The usual number of digits. */
  readonly width: number;
}

const epicParts: readonly NumberPart[] = [{ prefix: 'E', width: 2 }];
const featureParts = [...epicParts, { prefix: '-F', width: 2 }];
const numberParts: Readonly<Record<Kind, readonly NumberPart[]>> = {
  epic: epicParts,
  feature: featureParts,
  task: [
    { prefix: 'T-E', width: 2 },
    { prefix: '-F', width: 2 },
    { prefix: '-', width: 3 },
  ],
};

/** Returns the sort key of the key of a task. */
export function taskSortKey(key: string): string {
  const numbers = /^T-E(\d+)-F(\d+)-(\d+)$/.exec(key)?.slice(1);
  if (numbers === undefined) return `~${key}`;
  const sortKey = numberParts.task
    .map(({ prefix, width }, index) => prefix + sortable(numbers[index] ?? '', width))
    .join('');
  return sortKey === key ? key : `${sortKey} ${key}`;
}

/** Compares the keys of two tasks, for `toSorted`. */
export function compareTaskKeys(one: string, other: string): number {
  const [first, second] = [taskSortKey(one), taskSortKey(other)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function sortable(number: string, width: number): string {
  const digits = number.replace(/^0+/, '');
  return digits.length <= width
    ? digits.padStart(width, '0')
    : String.fromCodePoint(57 + digits.length - width) + digits;
}

/** Returns SQL for the sort key of the key in a column. */
export function sortKeyOf(kind: Kind, column: string): RawBuilder<string> {
  return sql.raw(sortKeySql(kind, column));
}

const digit = '[0-9]';

/**
 * The text of `sortKeyOf`. It is part of a migration, so it uses only what old versions of SQLite have. The first two
 * branches are fast. They read keys in which only the last number may have more digits than usual.
 */
export function sortKeySql(kind: Kind, key: string): string {
  const parts = numberParts[kind];
  const usual = parts.map(({ prefix, width }) => prefix + digit.repeat(width)).join('');
  const usualLength = parts.reduce((sum, { prefix, width }) => sum + prefix.length + width, 0);
  const lastAt = usualLength - (parts.at(-1)?.width ?? 0) + 1;
  const withLongEnd = `${key} GLOB '${usual}${digit}*' AND substr(${key}, ${lastAt}) NOT GLOB '0*' AND substr(${key}, ${usualLength + 1}) NOT GLOB '*[^0-9]*'`;
  const numbered = `${key} GLOB '${parts.map(({ prefix }) => `${prefix}${digit}*`).join('')}' AND ${afterNumbers(parts, key)} = ''`;
  const sortKey = numbersIn(kind, key).map((number, index) => sortableSql(number, parts[index]));
  return `CASE
    WHEN ${key} GLOB '${usual}' THEN ${key}
    WHEN ${withLongEnd}
    THEN substr(${key}, 1, ${lastAt - 1}) || char(${57 - usualLength} + length(${key})) || substr(${key}, ${lastAt}) || ' ' || ${key}
    WHEN ${numbered} THEN ${sortKey.join(' || ')} || ' ' || ${key}
    ELSE '~' || ${key}
  END`;
}

/** Returns SQL for the text after all numbers of a key. */
function afterNumbers(parts: readonly NumberPart[], key: string): string {
  return parts.reduce(
    (rest, { prefix }) => `ltrim(substr(${rest}, ${prefix.length + 1}), '0123456789')`,
    key,
  );
}

/** Returns SQL for the digits of each number in a key. */
function numbersIn(kind: Kind, key: string): string[] {
  const upToDash = (text: string) => `substr(${text}, 1, instr(${text}, '-') - 1)`;
  const first = `substr(${key}, ${kind === 'task' ? 4 : 2})`;
  const second = `substr(${key}, instr(${key}, '-F') + 2)`;
  if (kind === 'epic') return [first];
  if (kind === 'feature') return [upToDash(first), second];
  return [upToDash(first), upToDash(second), `substr(${second}, instr(${second}, '-') + 1)`];
}

function sortableSql(number: string, { prefix, width }: NumberPart = { prefix: '', width: 0 }): string {
  const digits = `ltrim(${number}, '0')`;
  return `'${prefix}' || CASE
    WHEN length(${digits}) <= ${width} THEN substr('${'0'.repeat(width)}' || ${digits}, -${width})
    ELSE char(${57 - width} + length(${digits})) || ${digits}
  END`;
}
