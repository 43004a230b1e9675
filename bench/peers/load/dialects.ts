/** How a system words the same requests: the JSON of each, and where an answer has what the next request needs. */
export interface Dialect {
  claim(taskKey: string, agentId: string): string;
  claimNext(agentId: string): string;
  finish(taskKey: string): string;
  /** Twenty tasks after a cursor, each with five sessions and the active one. */
  nested(cursor: string | null): string;
  /** The cursor at the end of twenty tasks, and how to find it in the answer. */
  page(cursor: string | null): string;
  endCursor: RegExp;
  phaseDurations: string;
}

export const dialectNames = ['shark', 'plain', 'postgraphile'] as const;
export type DialectName = (typeof dialectNames)[number];

function request(query: string, variables: object = {}): string {
  return JSON.stringify({ query, variables });
}

const sessionFields = 'id agentId phase startedAt endedAt outcome durationMinutes';
const statisticsOfPeers =
  'phase sessionCount avgMinutes medianMinutes p90Minutes p99Minutes rejectionRatePct';
const notes = 'done';

/** The product. */
const shark: Dialect = (() => {
  const claimed = 'previousStatus session { id agentId phase startedAt task { key status } }';
  const claim = `mutation Claim($input: ClaimTaskInput!) {
    claimTask(input: $input) { __typename ... on ClaimTaskPayload { ${claimed} } ... on Error { message } } }`;
  const claimNext = `mutation ClaimNext($input: ClaimNextTaskInput!) {
    claimNextTask(input: $input) {
      __typename ... on ClaimNextTaskPayload { ${claimed} } ... on Error { message } } }`;
  const finish = `mutation Finish($input: FinishTaskInput!) {
    finishTask(input: $input) {
      __typename
      ... on FinishTaskPayload { previousStatus session { id outcome endedAt durationMinutes task { key status } } }
      ... on Error { message } } }`;
  const nested = `query Nested($after: String) {
    tasks(first: 20, after: $after) {
      nodes {
        key title status sessions(first: 5) { nodes { ${sessionFields} } } activeSession { id agentId startedAt } } } }`;
  return {
    claim: (taskKey, agentId) => request(claim, { input: { taskKey, agentId } }),
    claimNext: (agentId) => request(claimNext, { input: { agentId } }),
    finish: (taskKey) => request(finish, { input: { taskKey, notes } }),
    nested: (after) => request(nested, { after }),
    page: (after) =>
      request('query Page($after: String) { tasks(first: 20, after: $after) { pageInfo { endCursor } } }', {
        after,
      }),
    endCursor: /"endCursor":"([^"]+)"/,
    phaseDurations: request(
      '{ phaseDurations { phase sessionCount avgDurationMinutes medianMinutes p90Minutes p99Minutes rejectionRatePct } }',
    ),
  };
})();

const plain: Dialect = (() => {
  const claimed = 'id agentId phase startedAt previousStatus task { key status }';
  const claim = `mutation Claim($taskKey: String!, $agentId: String!) {
    claimTask(taskKey: $taskKey, agentId: $agentId) { ${claimed} } }`;
  const claimNext = `mutation ClaimNext($agentId: String!) { claimNextTask(agentId: $agentId) { ${claimed} } }`;
  const finish = `mutation Finish($taskKey: String!, $notes: String) {
    finishTask(taskKey: $taskKey, notes: $notes) {
      id outcome endedAt durationMinutes previousStatus task { key status } } }`;
  const nested = `query Nested($after: String) {
    tasks(first: 20, after: $after) {
      key title status sessions(first: 5) { ${sessionFields} } activeSession { id agentId startedAt } } }`;
  return {
    claim: (taskKey, agentId) => request(claim, { taskKey, agentId }),
    claimNext: (agentId) => request(claimNext, { agentId }),
    finish: (taskKey) => request(finish, { taskKey, notes }),
    nested: (after) => request(nested, { after }),
    page: (after) =>
      request('query Page($after: String) { tasks(first: 20, after: $after) { key } }', { after }),
    // The key of the last task.
    endCursor: /"key":"([^"]+)"\}\]/,
    phaseDurations: request(`{ phaseDurations { ${statisticsOfPeers} } }`),
  };
})();

const postgraphile: Dialect = (() => {
  const claimed = 'result { rowId agentId phase startedAt claimedFrom taskByTaskId { key status } }';
  const claim = `mutation Claim($taskKey: String!, $agent: String!) {
    claimTask(input: { taskKey: $taskKey, agent: $agent }) { ${claimed} } }`;
  const claimNext = `mutation ClaimNext($agent: String!) { claimNextTask(input: { agent: $agent }) { ${claimed} } }`;
  const finish = `mutation Finish($taskKey: String!, $notes: String) {
    finishTask(input: { taskKey: $taskKey, notes: $notes }) {
      result { rowId outcome endedAt durationMinutes closedFrom taskByTaskId { key status } } } }`;
  const nested = `query Nested($after: Cursor) {
    allTasks(first: 20, after: $after, orderBy: KEY_ASC) {
      nodes {
        key title status
        taskSessionsByTaskId(first: 5, orderBy: STARTED_AT_DESC) { nodes { ${sessionFields} } }
        activeSession { id agentId startedAt } } } }`;
  return {
    claim: (taskKey, agent) => request(claim, { taskKey, agent }),
    claimNext: (agent) => request(claimNext, { agent }),
    finish: (taskKey) => request(finish, { taskKey, notes }),
    nested: (after) => request(nested, { after }),
    page: (after) =>
      request(
        'query Page($after: Cursor) { allTasks(first: 20, after: $after, orderBy: KEY_ASC) { pageInfo { endCursor } } }',
        { after },
      ),
    endCursor: /"endCursor":"([^"]+)"/,
    phaseDurations: request(`{ phaseDurations { nodes { ${statisticsOfPeers} } } }`),
  };
})();

export const dialects: Readonly<Record<DialectName, Dialect>> = { shark, plain, postgraphile };
