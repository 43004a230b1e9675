import { describe, expect, it } from 'vitest';
import { parseWorkflow } from '../../../src/domain/workflow/parse-workflow.ts';
import { type StatusInFile, workflowFile, workflowFrom } from './workflows.ts';

function problemsOf(json: unknown): readonly string[] {
  const parsed = parseWorkflow(json);
  return 'problems' in parsed ? parsed.problems : [];
}

const valid: Record<string, StatusInFile> = {
  todo: { to: ['in_work', 'cancelled'], phase: 'planning' },
  in_work: { to: ['done', 'todo'], phase: 'development', agentTypes: ['developer'] },
  cancelled: { to: [], phase: 'done' },
  done: { to: [], phase: 'done' },
};
const ends = { completes: ['done', 'cancelled'] };
const validFile = workflowFile(valid, ends);

describe('a valid file', () => {
  it('is read, and other fields in it are ignored', () => {
    const workflow = workflowFrom({
      ...validFile,
      special_statuses: { ...validFile.special_statuses, _other_: 7 },
      status_metadata: { todo: { phase: 'planning', progress_weight: 0.5 } },
      status_flow_version: 1,
      database: { url: './tasks.db' },
    });
    expect([...workflow.statuses.keys()]).toEqual(['todo', 'in_work', 'cancelled', 'done']);
    expect(workflow.startStatuses).toEqual(['todo']);
    expect(workflow.completeStatuses).toEqual(['done', 'cancelled']);
  });

  it('may have former names of statuses', () => {
    const { formerNames } = workflowFrom({
      ...validFile,
      status_aliases: { doing: 'in_work', open: 'todo' },
    });
    expect([...formerNames]).toEqual([
      ['doing', 'in_work'],
      ['open', 'todo'],
    ]);
    expect(workflowFrom(validFile).formerNames.size).toBe(0);
  });

  it('may have no descriptions, or null in them', () => {
    const { status_metadata: _, ...plain } = validFile;
    const nothing = { agent_types: null, description: null, color: null, stale_after: null };
    for (const file of [
      plain,
      { ...plain, status_metadata: null },
      { ...plain, status_metadata: { todo: nothing } },
    ])
      expect(workflowFrom(file).statuses.get('todo')).toEqual({
        name: 'todo',
        phase: 'any',
        agentTypes: [],
        description: null,
        color: null,
        staleAfterMs: null,
        transitions: ['in_work', 'cancelled'],
        isStart: true,
        isTerminal: false,
        isComplete: false,
      });
  });

  it.each([
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['PT45S', 45_000],
  ])('may have a threshold for stale sessions in a status: %s', (text, milliseconds) => {
    const workflow = workflowFrom({ ...validFile, status_metadata: { in_work: { stale_after: text } } });
    expect(workflow.statuses.get('in_work')?.staleAfterMs).toBe(milliseconds);
    expect(workflow.statuses.get('todo')?.staleAfterMs).toBeNull();
  });

  it('may have transitions from a completing status, and descriptions of unused statuses', () => {
    const reopening = workflowFile({ ...valid, done: { to: ['in_work'], phase: 'done' } }, ends);
    const leftover = { ...reopening.status_metadata, retired: { phase: 'qa' } };
    const workflow = workflowFrom({ ...reopening, status_metadata: leftover });
    expect(workflow.statuses.get('done')).toMatchObject({ isTerminal: false, isComplete: true });
    expect(workflow.phases).toEqual(['planning', 'development', 'done']);
  });
});

describe('the shape of the file', () => {
  const metadata = (description: unknown) => ({
    ...validFile,
    status_metadata: { ...validFile.status_metadata, todo: description },
  });
  const flow = (todo: unknown) => ({ ...validFile, status_flow: { ...validFile.status_flow, todo } });
  const special = (lists: object) => ({
    ...validFile,
    special_statuses: { ...validFile.special_statuses, ...lists },
  });

  it.each<[unknown, ...string[]]>([
    [null, 'the file is null: it should be an object with status_flow and special_statuses'],
    [[], 'the file is []: it should be an object with status_flow and special_statuses'],
    [
      {},
      'status_flow is missing: it should be an object that lists the transitions of each status by name',
      'special_statuses is missing: it should be an object with the lists _start_ and _complete_',
    ],
    [
      { ...validFile, status_flow: 5 },
      'status_flow is 5: it should be an object that lists the transitions of each status by name',
    ],
    [special({ _complete_: [0] }), 'special_statuses._complete_[0] is 0: it should be the name of a status'],
    [
      { ...validFile, status_aliases: { doing: 'working', todo: 'in_work' } },
      'status_aliases.doing: the workflow has no status working. Use one of todo, in_work, cancelled, done',
      'status_aliases.todo: todo is a status of the workflow. Use a name that only old rows of the task history contain',
    ],
    [
      { ...validFile, status_aliases: { doing: 7 } },
      'status_aliases.doing is 7: it should be the name of a status',
    ],
    [
      { ...validFile, status_metadata: 'none' },
      'status_metadata is "none": it should be an object that describes statuses by name',
    ],
    [
      flow('in_work'),
      'status_flow.todo is "in_work": it should be a list of statuses, such as ["in_qa", "blocked"]',
    ],
    [
      flow(['in_work', 7, '']),
      ...[
        'status_flow.todo[1] is 7: it should be the name of a status',
        'status_flow.todo[2] is "": it should be the name of a status',
      ],
    ],
    [metadata(5), 'status_metadata.todo is 5: it should be an object, such as { "phase": "qa" }'],
    [metadata({ phase: 3 }), 'status_metadata.todo.phase is 3: it should be a phase, such as "development"'],
    [
      metadata({ phase: '' }),
      'status_metadata.todo.phase is "": it should be a phase, such as "development"',
    ],
    [
      metadata({ agent_types: 'developer' }),
      'status_metadata.todo.agent_types is "developer": it should be a list of agent types, such as ["developer"]',
    ],
    [metadata({ agent_types: ['qa', {}] }), 'status_metadata.todo.agent_types[1] is {}: it should be text'],
    [metadata({ description: 1 }), 'status_metadata.todo.description is 1: it should be text'],
    [metadata({ color: true }), 'status_metadata.todo.color is true: it should be text, such as "yellow"'],
    [
      metadata({ stale_after: 'two hours' }),
      "status_metadata.todo.stale_after is \"two hours\": it should be a duration longer than zero, like '4h', '90m', '1h30m', '2d', '45s' or ISO 8601 like 'PT4H'",
    ],
    [
      metadata({ stale_after: '0h' }),
      "status_metadata.todo.stale_after is \"0h\": it should be a duration longer than zero, like '4h', '90m', '1h30m', '2d', '45s' or ISO 8601 like 'PT4H'",
    ],
    [
      metadata({ stale_after: 'P1M' }),
      "status_metadata.todo.stale_after is \"P1M\": it should be a duration longer than zero, like '4h', '90m', '1h30m', '2d', '45s' or ISO 8601 like 'PT4H'",
    ],
    [
      metadata({ stale_after: '' }),
      "status_metadata.todo.stale_after is \"\": it should be a duration longer than zero, like '4h', '90m', '1h30m', '2d', '45s' or ISO 8601 like 'PT4H'",
    ],
    [
      metadata({ stale_after: 120 }),
      "status_metadata.todo.stale_after is 120: it should be a duration longer than zero, like '4h', '90m', '1h30m', '2d', '45s' or ISO 8601 like 'PT4H'",
    ],
    [
      special({ _start_: undefined }),
      'special_statuses._start_ is missing: it should be a list of at least one status, such as ["draft"]',
    ],
    [
      special({ _start_: [] }),
      'special_statuses._start_ is []: it should be a list of at least one status, such as ["draft"]',
    ],
    [
      special({ _complete_: [] }),
      'special_statuses._complete_ is []: it should be a list of at least one status, such as ["draft"]',
    ],
  ])('is validated: %j', (json, ...problems) => {
    expect(problemsOf(json)).toEqual(problems);
  });

  it('shortens long values in messages', () => {
    const [problem] = problemsOf(flow('x'.repeat(1000)));
    expect(problem).toMatch(/^status_flow\.todo is "x{50,60}…: it should be/);
  });
});

describe('the transitions', () => {
  const changed = (changes: Record<string, StatusInFile>, special: object = {}) =>
    workflowFile({ ...valid, ...changes }, { ...ends, ...special });

  it.each<[name: string, json: unknown, ...problems: string[]]>([
    [
      'an unknown target',
      changed({ todo: { to: ['in_work', 'in_wrok'] } }),
      'status_flow.todo lists in_wrok, which status_flow does not have: correct the name or add the status',
    ],
    [
      'a target listed twice',
      changed({ todo: { to: ['in_work', 'cancelled', 'in_work'] } }),
      'status_flow.todo lists in_work more than once: remove the duplicate',
    ],
    [
      'a transition from a status to itself',
      changed({ todo: { to: ['in_work', 'todo'] } }),
      'status_flow.todo lists todo itself: remove it from the list',
    ],
    [
      'a status without a name',
      changed({ '': { to: ['done'] } }),
      'status_flow has a status with an empty name: give it a name or remove it',
    ],
    [
      'no transition from a status that does not complete',
      changed({ on_hold: { to: [] } }),
      'status_flow.on_hold has no transitions: add one, or add on_hold to special_statuses._complete_',
    ],
    [
      'statuses in a cycle',
      changed({ ping: { to: ['pong'] }, pong: { to: ['ping'] } }),
      'status_flow has no path from ping, pong to a status of special_statuses._complete_: add a transition',
    ],
    [
      'a start status in a cycle',
      changed({ ping: { to: ['pong'] }, pong: { to: ['ping'] } }, { starts: ['todo', 'ping'] }),
      'status_flow has no path from ping, pong to a status of special_statuses._complete_: add a transition',
    ],
    [
      'a start status with a path to cancellation only',
      changed({ idea: { to: ['cancelled'] } }, { starts: ['todo', 'idea'] }),
      'status_flow leads from the start status idea only to a cancellation: add a path to done',
    ],
    [
      'completing statuses that are all cancellations',
      changed({ done: { to: ['todo'] } }, { starts: ['todo'], completes: ['cancelled'] }),
      'special_statuses._complete_ lists only cancellations (cancelled): add the status of finished work',
    ],
    [
      'an unknown start status',
      changed({}, { starts: ['todo', 'draft'] }),
      'special_statuses._start_ lists draft, which status_flow does not have: correct the name or add the status',
    ],
    [
      'a start status listed twice',
      changed({}, { starts: ['todo', 'todo'] }),
      'special_statuses._start_ lists todo more than once: remove the duplicate',
    ],
    [
      'an unknown completing status',
      changed({}, { completes: ['done', 'cancelled', 'closed'] }),
      'special_statuses._complete_ lists closed, which status_flow does not have: correct the name or add the status',
    ],
  ])('%s', (_, json, ...problems) => {
    expect(problemsOf(json)).toEqual(problems);
  });

  it('a description of an unknown status', () => {
    const { in_work, ...others } = validFile.status_metadata;
    expect(problemsOf({ ...validFile, status_metadata: { ...others, in_wrok: in_work } })).toEqual([
      'status_metadata describes in_wrok, which status_flow does not have, and does not describe in_work: ' +
        'correct the name or remove the entry',
    ]);
  });
});

it('all kinds of problems are reported together', () => {
  const file = {
    status_flow: {
      todo: ['in_work', 'in_wrok', 4],
      in_work: ['done', 'done'],
      on_hold: [],
      broken: 'done',
      done: [],
    },
    status_metadata: {
      in_work: { phase: 'development', agent_types: 'developer', stale_after: 'soon' },
    },
    special_statuses: { _start_: ['draft'], _complete_: ['done'] },
  };
  expect(problemsOf(file)).toEqual([
    'status_flow.todo[2] is 4: it should be the name of a status',
    'status_flow.broken is "done": it should be a list of statuses, such as ["in_qa", "blocked"]',
    'status_metadata.in_work.agent_types is "developer": it should be a list of agent types, such as ["developer"]',
    "status_metadata.in_work.stale_after is \"soon\": it should be a duration longer than zero, like '4h', '90m', '1h30m', '2d', '45s' or ISO 8601 like 'PT4H'",
    'special_statuses._start_ lists draft, which status_flow does not have: correct the name or add the status',
    'status_flow.todo lists in_wrok, which status_flow does not have: correct the name or add the status',
    'status_flow.in_work lists done more than once: remove the duplicate',
    'status_flow.on_hold has no transitions: add one, or add on_hold to special_statuses._complete_',
  ]);
});

describe('a problem that is only a consequence of another one is not reported', () => {
  it('for example, a completing status that cannot be reached because of an invalid transition', () => {
    const unknownTarget = workflowFile({ todo: { to: ['in_wrok'] }, done: { to: [] } });
    expect(problemsOf(unknownTarget)).toHaveLength(1);
    const unreadable = { ...validFile, status_flow: { ...validFile.status_flow, todo: 5, in_work: [5] } };
    expect(problemsOf(unreadable)).toHaveLength(2);
  });
});
