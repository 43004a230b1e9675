/* The documents of the attacks. Each keeps the default limits of a single operation. */

/** Repeats a field under this number of aliases. */
function aliases(count: number, field: string, prefix = 'a'): string {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}:${field}`).join(' ');
}

/** Sessions with long notes come first. */
const longNotes = 'sessions(first:500 filter:{outcome:COMPLETED}){nodes{notes}}';
const manySessions = 'sessions(first:500){nodes{id agentId}}';

export const fourteenLongLists = `{${aliases(14, longNotes)}}`;
export const twentyLongLists = `{${aliases(20, longNotes)}}`;
export const longTaskNotes = `{${aliases(2, 'tasks(first:400){nodes{notes{content}}}')}}`;
export const longEdges = `{${aliases(14, 'sessions(first:500 filter:{outcome:COMPLETED}){edges{node{notes}}}')}}`;
export const longHistory = `{${aliases(2, 'tasks(first:400){nodes{history{notes}}}')}}`;
export const longStatistics = `{${aliases(6, 'agentPerformance{sessions(first:100){nodes{notes}}}')}}`;

export const manyAliases = `{${aliases(48, manySessions)}}`;
export const manyIntrospections = `{${aliases(48, '__schema{types{name fields{name type{name}}}}')}}`;
export const introspectionInFragments = `
  query { ${aliases(40, '__schema{...Whole}')} }
  fragment Whole on __Schema { types { ...Type } }
  fragment Type on __Type { name kind description ...Fields enumValues { name description } }
  fragment Fields on __Type { fields { name description type { name kind } } inputFields { name description } }`;
export const nestedLists =
  '{sessions(first:28){nodes{task{sessions(first:28){nodes{task{sessions(first:28){nodes{id}}}}}}}}}';
export const nestedTasks =
  '{tasks(first:20){nodes{feature{tasks(first:20){nodes{sessions(first:20){nodes{task{sessions(first:2){nodes{id}}}}}}}}}}}';
export const manyAnalytics = `{
  ${aliases(4, 'agentPerformance{agentId totalSessions medianMinutes p95Minutes}', 'a')}
  ${aliases(4, 'phaseDurations{phase medianMinutes}', 'b')}
  ${aliases(4, 'cumulativeFlow(bucket:HOUR){since bands{phase}}', 'c')}
  ${aliases(4, 'bottlenecks{phase}', 'd')}}`;
export const manyTimelines = `{tasks(first:100){nodes{flow{queueMinutes segments{kind since until session{id}}}}}}`;
export const repeatedClaim = `mutation { claimNextTask(input: { agentId: "attacking-agent", idempotencyKey: "again" }) {
  ... on ClaimNextTaskPayload { task { ${aliases(40, 'feature{tasks(first:500){nodes{id title}}}')} } } } }`;
export const filteredSessions =
  'query($filter: SessionFilter) { sessions(first:1 filter:$filter) { nodes { id } } }';

/** A subscription whose every event contains lists. Different prefixes prevent the sharing of results. */
export function subscriptionTo(lists: number, length: number, prefix: string): string {
  const selection =
    lists === 0 ? 'id' : aliases(lists, `sessions(first:${length}){nodes{id agentId}}`, prefix);
  return `subscription{sessionChanged{session{task{${prefix}:id ${selection}}}}}`;
}

/** The validation compares each field with each other field of the same name. 25 fields can repeat another one. */
const wideList =
  'tasks{nodes{id key title status phase priority executionOrder agentType assignedAgent createdAt updatedAt startedAt}}';
export const equalObjects = `{${wideList.repeat(26)}}`;
export const equalFields = `{${'__typename '.repeat(26)}}`;

/** The validation compares each fragment with each other fragment. */
export const manyFragments = withFragments(26, wideList);

function withFragments(count: number, selection: string): string {
  const names = Array.from({ length: count }, (_, index) => `F${index}`);
  return `{${names.map((name) => `...${name}`).join(' ')}} ${names.map((name) => `fragment ${name} on Query{${selection}}`).join(' ')}`;
}

/** The server suggests similar names for unknown ones. */
export const unknownFields = `{${Array.from({ length: 1_900 }, (_, index) => `sessionz${index}`).join(' ')}}`;

/** Each field fails with an error about the value. */
export const unknownKeys = `query($key:String!){${aliases(48, 'task(key:$key){id}')} ${aliases(1, 'node(id:"Task:0"){id}', 'n')}}`;
