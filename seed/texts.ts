import type { Random } from './random.ts';

const areas = [
  'Sign-in',
  'Billing',
  'Search',
  'Notifications',
  'Reports',
  'Imports',
  'Permissions',
  'Audit trail',
  'Mobile app',
  'Public API',
  'Onboarding',
  'Data retention',
];
const aspects = [
  'tokens',
  'sessions',
  'invoices',
  'exports',
  'webhooks',
  'templates',
  'quotas',
  'filters',
  'time zones',
  'attachments',
  'retries',
  'translations',
];
const verbs = [
  'Add',
  'Show',
  'Validate',
  'Speed up',
  'Document',
  'Rework',
  'Test',
  'Limit',
  'Log',
  'Migrate',
];
const details = [
  'for service accounts',
  'in the overview',
  'behind the proxy',
  'after a restart',
  'for large customers',
  'when the network is slow',
  'without a page reload',
  'on the command line',
];

/** When all areas are used, they are repeated with a number. */
export function epicTitle(number: number): string {
  const round = Math.floor((number - 1) / areas.length) + 1;
  const area = areas[(number - 1) % areas.length] ?? '';
  return round === 1 ? area : `${area}, part ${round}`;
}

export function featureTitle(random: Random): string {
  return `${random.pick(verbs)} ${random.pick(aspects)}`;
}

export function taskTitle(random: Random): string {
  return `${random.pick(verbs)} ${random.pick(aspects)} ${random.pick(details)}`;
}

export function taskDescription(random: Random): string {
  return `As agreed: ${random.pick(aspects)} ${random.pick(details)}, with tests, and nothing else changes.`;
}

/** Texts with special characters, to test exports and pages. */
const awkward = [
  'Done, but see "Open questions", section 3, before the release',
  'First the schema.\nThen the code.\r\nThen the tests.',
  '=SUM(A1:A9) in a title is now kept as text',
  '+1 from the customer, -1 from support',
  '@release: please announce',
  'Shipped 🚀 – naïve façade removed, 見直し済み, 👩‍💻 agrees',
  'A tab\tbetween, and a trailing space ',
  `It's "quoted", 'quoted' and, yes, "again"`,
];

const done = [
  'All tests pass',
  'Done as specified',
  'API complete',
  'Refactored along the way, behaviour unchanged',
  'Edge cases covered, one follow-up noted',
  'Looks good',
  'Checked by hand and by test',
  'Accepted',
];
/** Reasons for which an agent rejects the description of a task. */
const notClearEnough = [
  'The description contradicts itself',
  'Does not say what happens to existing data',
  'Too large for one task: please split',
  'Depends on a decision that has not been made',
];
const notGoodEnough = [
  'Expired values are still accepted',
  'Tests for the error case are missing',
  'The description and the code disagree',
  'Fails on an empty list',
  'Too slow with many rows',
  'Naming differs from the rest of the module',
  'The migration cannot be repeated',
  'Breaks the public contract',
];
const failedChecks = [
  'Waiting for credentials of the payment provider',
  'Depends on a decision about retention',
  'The staging environment is down',
  'Upstream library has a bug; reported',
  'Needs an answer from legal',
];
const givenBack = [
  'Out of context budget',
  'Another task is more urgent',
  'Started on the wrong branch',
  'The tools of this agent do not reach the repository',
];

function oneOf(random: Random, usual: readonly string[]): string {
  return random.pick(random.happens(0.03) ? awkward : usual);
}

export const finishNotes = (random: Random) => oneOf(random, done);
export const rejectionReason = (random: Random, phase: string) =>
  oneOf(random, phase === 'planning' || phase === 'development' ? notClearEnough : notGoodEnough);
export const blockReason = (random: Random) => oneOf(random, failedChecks);
export const handBackReason = (random: Random) => oneOf(random, givenBack);
export const comment = (random: Random) => oneOf(random, done);

export const agentCrashed = 'The agent stopped responding';
export const noLongerNeeded = 'No longer needed';
