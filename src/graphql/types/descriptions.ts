/* Descriptions that several types of the schema share, so that the same meaning always has the same words. */

export const taskKey = 'The key of the task, for example `T-E07-F20-001`.';
export const sessionId = 'The ID of the session, for example `TaskSession:42`.';
export const taskAfter = 'The task, in its state after the mutation.';
export const warnings =
  'Messages about problems that did not stop the mutation, for example a missing session. Usually empty.';
export const activeSession =
  'The open session of the agent that works on the task now. Null if no agent does.';

export const handOutOrder =
  'Tasks are chosen in this order: rejected work first, then the lowest `executionOrder`, then the most urgent `priority`, then the longest waiting time.';
export const openSessionsOnly =
  'Only open sessions can be stale, so `outcome`, `endedSince`, `endedUntil`, `active: false` and a second `staleAfter` are not supported here.';

export const endedCount =
  'The number of ended sessions that were counted. The durations, outcomes and rates come from them.';
export const openCount =
  'The number of sessions that are open now. `since` and `until` of the filter do not apply to it.';

export const totalDuration = 'The sum of the durations in minutes.';
export const averageDuration = 'The average duration in minutes. Null if nothing was counted.';
export const medianDuration =
  'The median duration in minutes: the middle value, or the mean of the two middle values. Null if nothing was counted.';

/** The definition of percentiles in all analytics. */
export const percentileDuration = (percent: number) =>
  `The ${percent}th percentile of the durations in minutes: at least ${percent}% of the counted durations are this long or shorter. It is computed by nearest rank, so it is always an observed duration. Null if nothing was counted.`;

/** The ways in which a task spends its time. */
export const minutesIn = {
  queue: 'The minutes of waiting in a `ready_for_*` status until an agent claims the task.',
  work: 'The minutes of work in sessions, without rework.',
  rework: 'The minutes of work in sessions of a phase that the task had to pass again after a rejection.',
  blocked: 'The minutes in `blocked` or `on_hold`.',
  idle: 'The minutes that are not queue, work, rework or blocked, for example as a draft or in an `in_*` status that no agent has claimed.',
};
export const flowEfficiency =
  'The share of work and rework in all minutes, in percent (0 to 100, one decimal). Null if no time was spent.';

export const bucketStart = 'The start of the bucket (inclusive).';
export const bucketLength = 'The length of each bucket.';
export const taskHistoryBuckets =
  'Returns one entry for each bucket, oldest first, including buckets in which nothing happened. Computed from the history of the tasks that exist now. A range of more than 500 buckets is rejected.';
