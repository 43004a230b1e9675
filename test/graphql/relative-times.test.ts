import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLInputObjectType,
  type GraphQLInputField,
  isInputObjectType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { testApp, type TestApp } from '../support/app.ts';
import { openEventStream } from '../support/event-stream.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordSessions } from '../support/recorded-sessions.ts';
import { claim, createTask } from '../support/tasks.ts';

/** The paths of all arguments and input fields of the type `DateTime`, for example `compare.filter.since`. */
function timePaths(inputs: readonly (GraphQLArgument | GraphQLInputField)[], path: string): string[] {
  return inputs.flatMap((input) => {
    const type = getNamedType(input.type);
    if (type.name === 'DateTime') return [`${path}.${input.name}`];
    return isInputObjectType(type) ? timePaths(fieldsOf(type), `${path}.${input.name}`) : [];
  });
}

const fieldsOf = (type: GraphQLInputObjectType) => Object.values(type.getFields());

const paths = [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
  Object.values(root?.getFields() ?? {}).flatMap((field) => timePaths(field.args, field.name)),
);

let shared: TestApp;
beforeAll(async () => {
  shared = await testApp();
});
afterAll(() => shared[Symbol.asyncDispose]());

describe('a relative time', () => {
  it('selects the same sessions as the time that it means', async () => {
    const clock = manualClock('2026-01-11T10:00:00.000Z');
    await using app = await testApp({ clock });
    await recordSessions(app, [
      { minutes: 10, endedAt: '2026-01-04T10:09:59.999Z' },
      { minutes: 10, endedAt: '2026-01-04T10:10:00.000Z' },
      { minutes: 10, endedAt: '2026-01-10T00:10:00.000Z' },
      { minutes: 10, endedAt: '2026-01-11T00:10:00.000Z' },
    ]);
    const count = async (filter: object) => {
      const literal = JSON.stringify(filter).replaceAll(/"(\w+)":/g, '$1:');
      const selection = '{ totalCount }';
      const inText = await app.post(`{ sessions(filter: ${literal}) ${selection} }`);
      const asVariable = await app.post(
        `query ($filter: SessionFilter) { sessions(filter: $filter) ${selection} }`,
        {
          filter,
        },
      );
      expect(asVariable).toEqual(inText);
      return inText;
    };
    for (const [relative, absolute] of [
      [{ since: '7d' }, { since: '2026-01-04T10:00:00Z' }],
      [
        { since: 'yesterday', until: 'today' },
        { since: '2026-01-10', until: '2026-01-11' },
      ],
      [{ endedSince: 'today' }, { endedSince: '2026-01-11' }],
      [{ until: 'now' }, { until: '2026-01-11T10:00:00Z' }],
      [
        { since: '24h', until: '24h' },
        { since: '2026-01-10T10:00:00Z', until: '2026-01-10T10:00:00Z' },
      ],
    ])
      expect(await count(relative ?? {})).toEqual(await count(absolute ?? {}));
    expect(await count({ since: '7d' })).toEqual({ data: { sessions: { totalCount: 3 } } });
  });

  it('counts from the time of the request', async () => {
    const clock = manualClock('2026-01-11T10:00:00.000Z');
    await using app = await testApp({ clock });
    const current = async () => app.post('{ compare(filter: { since: "7d" }) { current { since until } } }');
    expect(await current()).toEqual({
      data: {
        compare: { current: { since: '2026-01-04T10:00:00.000Z', until: '2026-01-11T10:00:00.000Z' } },
      },
    });
    clock.jumpTo('2026-01-12T11:00:00.000Z');
    expect(await current()).toMatchObject({
      data: { compare: { current: { since: '2026-01-05T11:00:00.000Z' } } },
    });
  });

  it('works in the filter of a subscription', async () => {
    await using app = await testApp();
    await using changes = await openEventStream(
      app.fetch,
      'http://test/graphql',
      'subscription { sessionChanged(filter: { since: "1h" }) { change } }',
    );
    await claim(app, await createTask(app));
    expect(await changes.next()).toMatchObject({ sessionChanged: { change: 'OPENED' } });
  });

  it('is rejected with the possible forms', async () => {
    await using app = await testApp();
    expect(await app.post('{ sessions(filter: { since: "next week" }) { totalCount } }')).toMatchObject({
      errors: [
        {
          message: expect.stringContaining(
            `"next week" is not a time. Write it like '2026-01-11T10:00:00Z', '2026-01-11', 'today'`,
          ),
        },
      ],
    });
  });

  it.each(paths)('is resolved for %s', async (path) => {
    const [field = '', ...inputs] = path.split('.');
    const argument = inputs.reduceRight((value, name, depth) => {
      const given = `${name}: ${value}`;
      // The mutation requires this field, too.
      const required = name === 'input' ? ', staleAfter: "4h"' : '';
      return depth === 0 ? given.replace(/}$/, `${required} }`) : `{ ${given} }`;
    }, '"yesterday"');
    const isMutation = schema.getMutationType()?.getFields()[field] !== undefined;
    const more = field === 'phaseDurationTrend' ? ', bucket: DAY' : '';
    const answer = await shared.post(
      `${isMutation ? 'mutation ' : ''}{ ${field}(${argument}${more}) { __typename } }`,
    );

    // Some fields reject this time, for example because they require `since` as well.
    const codes = (answer.errors ?? []).map(({ extensions }) => extensions?.code);
    expect(codes.filter((code) => code !== 'BAD_USER_INPUT')).toEqual([]);
  });
});
