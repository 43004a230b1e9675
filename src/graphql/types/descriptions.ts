/* Descriptions that several types of the schema share. */

export const taskKey = 'The key of the task, for example `T-E07-F20-001`.';
export const sessionId = 'The ID of the session, for example `TaskSession:42`.';
export const taskAfter = 'The task as it is after the mutation.';
export const warnings =
  'Problems that did not stop the mutation, for example that no session was open. Usually empty.';
export const repeatedClaim =
  'Whether an earlier request with the same `idempotencyKey` already made this claim. If true, this request changed nothing.';
export const repeatedClose =
  'Whether an earlier request already closed this session with the same outcome. If true, this request changed nothing, and `warnings` says when the session ended.';
export const activeSession = 'The open session of the task. Null if no agent works on the task now.';

export const noTime = 'Null if another program stored a value that is not a time.';

export const handOutOrder =
  'Rejected tasks come first. Then the lowest `executionOrder`, the most urgent `priority` and the longest waiting time decide, in this order.';
export const openSessionsOnly =
  'Do not pass `staleAfter`, `silentFor`, `active: false`, or the fields for ended sessions: `outcome`, `endedSince` and `endedUntil`.';

export const endedCount =
  'The number of ended sessions on which the durations, outcomes and rates are based.';
export const openCount = 'The number of sessions that are open now. `since` and `until` do not change it.';

export const totalDuration = 'The sum of all counted durations in minutes.';
export const averageDuration = 'The average duration in minutes. Null if nothing was counted.';
export const medianDuration =
  'The median duration in minutes: the middle value, or the mean of the two middle values. Null if nothing was counted.';

/** Returns the description of a percentile in analytics queries. */
export const percentileDuration = (percent: number) =>
  `The ${percent}th percentile in minutes (nearest rank): at least ${percent}% of the durations are this long or shorter. Null if nothing was counted.`;

/** Descriptions of the ways in which tasks spend their time. */
export const minutesIn = {
  queue: 'The minutes of waiting for an agent, in a `ready_for_*` status.',
  work: 'The minutes of work in sessions, without rework after a rejection.',
  rework: 'The minutes of rework: work that repeats a phase after a rejection.',
  blocked: 'The minutes in the status `blocked` or `on_hold`.',
  idle: 'All other minutes, for example while the task was a draft or had an `in_*` status without a claim.',
};
export const flowEfficiency =
  'Work and rework as a percentage of all minutes (0 to 100, one decimal). Null if no time was spent.';

export const bucketStart = 'The start of the time bucket (inclusive).';
export const bucketLength = 'The length of each time bucket.';
export const taskHistoryBuckets =
  'Returns one entry for each time bucket, oldest first. Includes empty buckets. Deleted tasks are not counted. At most 500 buckets are allowed.';
