import { sql } from 'kysely';
import type { Sql } from '../../db/statements.ts';
import { term, type Wording, wording } from '../../shared/wording.ts';
import { InvalidInputError } from '../errors.ts';
import { checkWindow } from '../input.ts';
import { type FilterField, type SessionFacts, sessionFilterFields } from './filter-fields.ts';

const declared = sessionFilterFields({
  text: (field) => field,
  outcome: (field) => field,
  flag: (field) => field,
  duration: (field) => field,
  instant: (field) => field,
});

type FieldName = keyof typeof declared;
type FieldValues = {
  [Name in FieldName]: (typeof declared)[Name] extends FilterField<infer Value> ? Value : never;
};

const fields: { readonly [Name in FieldName]: FilterField<FieldValues[Name]> } = declared;
const fieldNames = Object.keys(fields).filter((key): key is FieldName => key in fields);

/** Selects the sessions that match all fields of the filter. A field that is null has no effect. */
export type SessionFilter = { [Name in FieldName]?: FieldValues[Name] | null | undefined };

/**
 * Returns the fields that have a value, with keys as the database stores them. Throws InvalidInputError for invalid or
 * contradictory values.
 */
export function checkSessionFilter(filter: SessionFilter): SessionFilter {
  checkWindow(['since', filter.since], ['until', filter.until]);
  checkWindow(['endedSince', filter.endedSince], ['endedUntil', filter.endedUntil]);
  const open = fieldsSelecting('open', filter).at(-1);
  const ended = fieldsSelecting('ended', filter).at(0);
  if (open !== undefined && ended !== undefined)
    throw new InvalidInputError(
      ended === 'active' ? open : ended,
      wording`${named(ended, filter)} selects ended sessions, but ${named(open, filter)} selects open ones`,
      'Leave out one of the two',
    );
  const checked: SessionFilter = {};
  for (const name of fieldNames) checkField(name, filter, checked);
  return checked;
}

/**
 * Returns the filter as an SQL condition on `session`, a row of `task_sessions`. `staleAfter` and
 * `silentFor` count back from `now`. Throws InvalidInputError.
 */
export function sessionsWhere(unchecked: SessionFilter, now: Date): Sql {
  const conditions = eachField(checkSessionFilter(unchecked), (field, value) => field.conditions(value, now));
  // Remove duplicate conditions, because they make SQLite choose a worse query plan.
  const distinct = [...new Set(conditions.flat())];
  return distinct.length === 0 ? sql`TRUE` : sql.join(distinct, sql` AND `);
}

/**
 * Returns the filter as a function for sessions in memory. It ignores the fields `staleAfter` and `silentFor`. Throws
 * InvalidInputError.
 */
export function sessionMatcher(unchecked: SessionFilter): (session: SessionFacts) => boolean {
  const matchers = eachField(
    checkSessionFilter(unchecked),
    (field, value) => (session: SessionFacts) => field.matches(value, session),
  );
  return (session) => matchers.every((matches) => matches(session));
}

/**
 * Throws InvalidInputError if a filter for stale sessions sets a threshold, which is an argument of the operation, or if
 * it selects ended sessions.
 */
export function checkFilterOfStale(filter: SessionFilter): void {
  const ended = fieldsSelecting('ended', filter).at(0);
  if (ended !== undefined)
    throw new InvalidInputError(
      ended,
      wording`${named(ended, filter)} selects ended sessions, but only open sessions turn stale`,
      wording`Leave out ${term(ended)}`,
    );
  const threshold = thresholdIn(filter);
  if (threshold !== undefined)
    throw new InvalidInputError(
      threshold,
      wording`${term(threshold)} cannot be used in this filter`,
      wording`To set the threshold, use the argument ${term(threshold)} of the operation`,
    );
}

/** Returns the field of the filter that depends on the current time. Undefined if there is none. */
export function thresholdIn(filter: SessionFilter): 'staleAfter' | 'silentFor' | undefined {
  return (['staleAfter', 'silentFor'] as const).find((name) => isGiven(filter[name]));
}

/** Whether the filter selects only open sessions. Queries for them are fast, because few sessions are open. */
export function selectsOnlyOpen(filter: SessionFilter): boolean {
  return fieldsSelecting('open', filter).length > 0;
}

/** Returns the fields that select only sessions in this state. */
function fieldsSelecting(state: 'open' | 'ended', filter: SessionFilter): FieldName[] {
  return fieldNames.filter((name) =>
    ofField(name, filter, (field, value) => field.selects?.(value)).includes(state),
  );
}

function named(name: FieldName, { active }: SessionFilter): Wording {
  if (name !== 'active') return wording`${term(name)}`;
  return active === true ? wording`${term('activeTrue')}` : wording`${term('active')}: false`;
}

/** Calls `use` for each field that has a value in the filter. Returns the results. */
function eachField<Result>(
  filter: SessionFilter,
  use: (field: FilterField<FieldValues[FieldName]>, value: FieldValues[FieldName]) => Result,
): Result[] {
  return fieldNames.flatMap((name) => ofField(name, filter, use));
}

/** Returns a list with the result of `use`. If the field has no value, the list is empty. */
function ofField<Name extends FieldName, Result>(
  name: Name,
  filter: SessionFilter,
  use: (field: FilterField<FieldValues[Name]>, value: FieldValues[Name]) => Result,
): Result[] {
  const value: FieldValues[Name] | null | undefined = filter[name];
  return isGiven(value) ? [use(fields[name], value)] : [];
}

function checkField<Name extends FieldName>(
  name: Name,
  filter: Pick<SessionFilter, Name>,
  checked: SessionFilter,
): void {
  const value: FieldValues[Name] | null | undefined = filter[name];
  if (isGiven(value)) checked[name] = fields[name].check(value);
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}
