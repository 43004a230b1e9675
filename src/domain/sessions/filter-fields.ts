import { sql } from 'kysely';
import type { Sql } from '../../db/statements.ts';
import { checkEpicKey, checkFeatureKey, checkTaskKey, checkText, limits } from '../input.ts';
import type { Outcome } from '../../shared/outcomes.ts';

/** The properties of a session for filters in memory. */
export interface SessionFacts {
  agentId: string;
  agentType: string | null;
  phase: string;
  startedAt: Date;
  /** Null or missing while the session is open. */
  endedAt?: Date | null;
  outcome?: string | null;
  /** The keys of the task, its feature and its epic. Null if the database has no such row. */
  taskKey: string | null;
  featureKey: string | null;
  epicKey: string | null;
}

const isOpen = sql`session.ended_at IS NULL`;
const hasEnded = sql`session.ended_at IS NOT NULL`;

/**
 * One field of the session filter. `conditions` filters rows of the database, and `matches` filters sessions in memory.
 */
export interface FilterField<Value> {
  /** The name of the field in `sessionFilterFields`. */
  readonly name: string;
  /** The description of the field in the GraphQL schema. */
  readonly description: string;
  /** Returns the value as the database stores it. Throws InvalidInputError. */
  check(value: Value): Value;
  /** Returns SQL conditions, which must all be true. `session` is a row of `task_sessions`. */
  conditions(value: Value, now: Date): readonly Sql[];
  matches(value: Value, session: SessionFacts): boolean;
  /**
   * Returns `open` if the value selects only open sessions, and `ended` if it selects only ended sessions. A field without
   * this function can select both kinds.
   */
  selects?(value: Value): 'open' | 'ended';
}

/** Converts the fields of the session filter, with one function for each type of value. */
export interface FieldMaker<Text, OutcomeField, Flag, Duration, Instant> {
  text(field: FilterField<string>): Text;
  outcome(field: FilterField<Outcome>): OutcomeField;
  flag(field: FilterField<boolean>): Flag;
  /** In milliseconds. */
  duration(field: FilterField<number>): Duration;
  instant(field: FilterField<Date>): Instant;
}

/**
 * Declares all fields of the session filter. `make` converts each field for the caller, for example to a GraphQL input
 * field.
 */
export function sessionFilterFields<Text, OutcomeField, Flag, Duration, Instant>(
  make: FieldMaker<Text, OutcomeField, Flag, Duration, Instant>,
) {
  return {
    taskKey: make.text({
      name: 'taskKey',
      description: 'Only sessions of the task with this key, for example `T-E07-F20-001`.',
      check: (key) => checkTaskKey(key),
      conditions: (key) => [sql`session.task_id IN (SELECT task.id FROM tasks task WHERE task.key = ${key})`],
      matches: (key, session) => session.taskKey === key,
    }),
    featureKey: make.text({
      name: 'featureKey',
      description: 'Only sessions of tasks in the feature with this key, for example `E07-F20`.',
      check: (key) => checkFeatureKey(key),
      conditions: (key) => [
        sql`session.task_id IN (
        SELECT task.id FROM tasks task JOIN features feature ON feature.id = task.feature_id
        WHERE feature.key = ${key}
      )`,
      ],
      matches: (key, session) => session.featureKey === key,
    }),
    epicKey: make.text({
      name: 'epicKey',
      description: 'Only sessions of tasks in the epic with this key, for example `E07`.',
      check: (key) => checkEpicKey(key),
      conditions: (key) => [
        sql`session.task_id IN (
        SELECT task.id FROM tasks task JOIN features feature ON feature.id = task.feature_id
          JOIN epics epic ON epic.id = feature.epic_id
        WHERE epic.key = ${key}
      )`,
      ],
      matches: (key, session) => session.epicKey === key,
    }),
    agent: make.text({
      name: 'agent',
      description: 'Only sessions whose agent ID or agent type equals this text.',
      check: (agent) => checkText('agent', agent, limits.agent),
      conditions: (agent) => [sql`(session.agent_id = ${agent} OR session.agent_type = ${agent})`],
      matches: (agent, session) => session.agentId === agent || session.agentType === agent,
    }),
    agentId: make.text({
      name: 'agentId',
      description: 'Only sessions of the agent with this ID, for example `backend-1`.',
      check: (agentId) => checkText('agentId', agentId, limits.agent),
      conditions: (agentId) => [sql`session.agent_id = ${agentId}`],
      matches: (agentId, session) => session.agentId === agentId,
    }),
    agentType: make.text({
      name: 'agentType',
      description: 'Only sessions of agents of this type, for example `backend`.',
      check: (agentType) => checkText('agentType', agentType, limits.agent),
      conditions: (agentType) => [sql`session.agent_type = ${agentType}`],
      matches: (agentType, session) => session.agentType === agentType,
    }),
    phase: make.text({
      name: 'phase',
      description: 'Only sessions in this workflow phase, for example `review`.',
      check: (phase) => checkText('phase', phase, limits.text),
      conditions: (phase) => [sql`session.phase = ${phase}`],
      matches: (phase, session) => session.phase === phase,
    }),
    outcome: make.outcome({
      name: 'outcome',
      description: 'Only sessions that ended with this outcome.',
      check: (outcome) => outcome,
      conditions: (outcome) => [sql`session.outcome = ${outcome}`],
      matches: (outcome, session) => session.outcome === outcome,
      selects: () => 'ended',
    }),
    active: make.flag({
      name: 'active',
      description: '`true`: only open sessions. `false`: only ended sessions.',
      check: (active) => active,
      conditions: (active) => [active ? isOpen : hasEnded],
      matches: (active, { outcome = null }) => (outcome === null) === active,
      selects: (active) => (active ? 'open' : 'ended'),
    }),
    staleAfter: make.duration({
      name: 'staleAfter',
      description: 'Only open sessions that started at least this long ago, for example `4h`.',
      check: (milliseconds) => milliseconds,
      conditions: (milliseconds, now) => [
        isOpen,
        sql`session.started_at <= ${new Date(now.getTime() - milliseconds)}`,
      ],
      // Only subscriptions filter sessions in memory, and they reject this field: see `thresholdIn`.
      matches: () => true,
      selects: () => 'open',
    }),
    silentFor: make.duration({
      name: 'silentFor',
      description:
        'Only open sessions whose agent has sent no heartbeat for at least this long, for example `10m`. Without a heartbeat, the time counts from the session start.',
      check: (milliseconds) => milliseconds,
      conditions(milliseconds, now) {
        const latest = new Date(now.getTime() - milliseconds);
        // A heartbeat is never before the start. With the condition on the start, SQLite reads only old sessions, in
        // the order of lists.
        return [isOpen, sql`session.last_sign_of_life_at <= ${latest}`, sql`session.started_at <= ${latest}`];
      },
      // As for `staleAfter`.
      matches: () => true,
      selects: () => 'open',
    }),
    since: make.instant({
      name: 'since',
      description: 'Only sessions that started at or after this time.',
      check: (instant) => instant,
      conditions: (instant) => [sql`session.started_at >= ${instant}`],
      matches: (instant, session) => session.startedAt >= instant,
    }),
    until: make.instant({
      name: 'until',
      description: 'Only sessions that started before this time.',
      check: (instant) => instant,
      conditions: (instant) => [sql`session.started_at < ${instant}`],
      matches: (instant, session) => session.startedAt < instant,
    }),
    endedSince: make.instant({
      name: 'endedSince',
      description:
        'Only sessions that ended at or after this time. In analytics queries, the field `since` means the same.',
      check: (instant) => instant,
      conditions: (instant) => [hasEnded, sql`session.ended_at >= ${instant}`],
      matches: (instant, { endedAt = null }) => endedAt !== null && endedAt >= instant,
      selects: () => 'ended',
    }),
    endedUntil: make.instant({
      name: 'endedUntil',
      description:
        'Only sessions that ended before this time. In analytics queries, the field `until` means the same.',
      check: (instant) => instant,
      conditions: (instant) => [hasEnded, sql`session.ended_at < ${instant}`],
      matches: (instant, { endedAt = null }) => endedAt !== null && endedAt < instant,
      selects: () => 'ended',
    }),
  };
}
