import { Prisma } from '../../db/generated/prisma/client.ts';
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

/** Selects the sessions for which all given fields hold. A null field is the same as a missing one. */
export type SessionFilter = { [Name in FieldName]?: FieldValues[Name] | null | undefined };

/**
 * Returns the given fields with their values as the database stores them. Throws InvalidInputError for invalid keys and
 * names, and for fields that contradict each other.
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
 * The filter as a condition on `task_sessions session`. `staleAfter` is measured at `now`.
 * Throws InvalidInputError: see checkSessionFilter.
 */
export function sessionsWhere(unchecked: SessionFilter, now: Date): Prisma.Sql {
  const conditions = eachField(checkSessionFilter(unchecked), (field, value) => field.conditions(value, now));
  // Two fields can have the same condition. If it occurred twice in the statement, SQLite would choose a worse query
  // plan.
  const distinct = [...new Set(conditions.flat())];
  return distinct.length === 0 ? Prisma.sql`TRUE` : Prisma.join(distinct, ' AND ');
}

/**
 * The filter as a function, for sessions that are in memory already. It selects the same sessions as sessionsWhere,
 * except that it ignores `staleAfter`. Throws InvalidInputError: see checkSessionFilter.
 */
export function sessionMatcher(unchecked: SessionFilter): (session: SessionFacts) => boolean {
  const matchers = eachField(
    checkSessionFilter(unchecked),
    (field, value) => (session: SessionFacts) => field.matches(value, session),
  );
  return (session) => matchers.every((matches) => matches(session));
}

/**
 * Checks a filter that is used next to a separate threshold for stale sessions, which are always open.
 * Throws InvalidInputError for fields that select ended sessions, and for a second threshold.
 */
export function checkFilterOfStale(filter: SessionFilter): void {
  const ended = fieldsSelecting('ended', filter).at(0);
  if (ended !== undefined)
    throw new InvalidInputError(
      ended,
      wording`${named(ended, filter)} selects ended sessions, but only open sessions turn stale`,
      wording`Leave out ${term(ended)}`,
    );
  if (isGiven(filter.staleAfter))
    throw new InvalidInputError(
      'staleAfter',
      wording`${term('staleAfter')} cannot be used in this filter`,
      wording`Omit it in the filter. The argument ${term('staleAfter')} of the operation sets the threshold`,
    );
}

/** Whether the filter selects only open sessions. There are few of them, and they have separate indexes. */
export function selectsOnlyOpen(filter: SessionFilter): boolean {
  return fieldsSelecting('open', filter).length > 0;
}

/** The fields whose values select only open or only ended sessions. */
function fieldsSelecting(state: 'open' | 'ended', filter: SessionFilter): FieldName[] {
  return fieldNames.filter((name) =>
    ofField(name, filter, (field, value) => field.selects?.(value)).includes(state),
  );
}

function named(name: FieldName, { active }: SessionFilter): Wording {
  if (name !== 'active') return wording`${term(name)}`;
  return active === true ? wording`${term('activeTrue')}` : wording`${term('active')}: false`;
}

/** Calls `use` for each field that is given. */
function eachField<Result>(
  filter: SessionFilter,
  use: (field: FilterField<FieldValues[FieldName]>, value: FieldValues[FieldName]) => Result,
): Result[] {
  return fieldNames.flatMap((name) => ofField(name, filter, use));
}

/** Calls `use` if the field is given. */
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
