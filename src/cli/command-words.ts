/** What the API calls a thing, and what whoever types commands does. */
const words: Readonly<Record<string, string>> = {
  'Nothing was changed by this field': 'Nothing was changed',
  'the query tasks': "'shark task list'",
  claimTask: "'shark task claim'",
  claimNextTask: "'shark task next --claim'",
  finishTask: "'shark task finish'",
  rejectTask: "'shark task reject'",
  blockTask: "'shark task block'",
  unblockTask: "'shark task unblock'",
  createTask: "'shark task create'",
  createFeature: "'shark feature create'",
  createEpic: "'shark epic create'",
  abandonSession: "'shark session abandon'",
  abandonStaleSessions: "'shark session abandon --stale'",
  heartbeatSession: "'shark session heartbeat'",
  phaseDurations: "'shark analytics phase-duration'",
  agentPerformance: "'shark analytics agent-performance'",
  agingWork: "'shark analytics aging'",
  taskKey: 'the task key',
  epicKey: '--epic',
  featureKey: '--feature',
  sessionId: '--session',
  agentId: '--agent',
  agentType: '--agent-type',
  toStatus: '--to',
  staleAfter: '--stale',
  silentFor: '--silent-for',
  idempotencyKey: '--idempotency-key',
  executionOrder: '--execution-order',
  dependsOn: '--depends-on',
};

const known = new RegExp(`\\b(?:${Object.keys(words).join('|')})\\b`, 'g');

/** Says for the command line what the API says in the words of its schema. */
export function inCommandWords(text: string): string {
  return text.replaceAll(known, (word) => words[word] ?? word);
}
