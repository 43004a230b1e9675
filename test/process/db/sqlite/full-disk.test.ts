import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectFault, workOn } from '../../../support/acknowledged.ts';
import type { Answer } from '../../../support/app.ts';
import { sharkFile } from '../../../support/program.ts';
import { startServerProcess } from '../../../support/server-process.ts';
import { open, temporaryFolder } from '../../../support/shark-databases.ts';

it('refuses writes, answers reads, and takes writes again when there is room', {
  timeout: 60_000,
}, async () => {
  const file = join(temporaryFolder(), 'shark.db');
  // The system refuses to let any file of this process grow further, as a full disk does.
  const server = await startServerProcess({ DATABASE_URL: `file:${file}` }, sharkFile, {
    fileBlocks: 2_048,
  });
  const post = async (query: string, variables: Record<string, unknown> = {}): Promise<Answer> => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  };
  try {
    await post('mutation { createEpic(input: { title: "One" }) { __typename } }');
    await post('mutation { createFeature(input: { epicKey: "E01", title: "One" }) { __typename } }');
    const work = workOn(file, post);
    const create = () =>
      post(
        `mutation ($notes: String!) { createTask(input: { featureKey: "E01-F01", title: "One", description: $notes, status: "ready_for_development" }) { __typename } }`,
        { notes: 'x'.repeat(9_000) },
      );
    await create();
    // As long as somebody reads, the log only grows.
    const reader = open(file);
    reader.exec('BEGIN; SELECT count(*) FROM tasks');

    let answer = await create();
    for (let count = 0; answer.errors === undefined && count < 1_000; count += 1) answer = await create();

    expect(expectFault(answer, 'DATABASE_UNAVAILABLE')).toContain('Nothing was changed');
    const created = await post('{ tasks { totalCount } }');
    expectFault(await work.claim('T-E01-F01-001'), 'DATABASE_UNAVAILABLE');
    expect(created.errors).toBeUndefined();
    work.expectSound();

    reader.exec('COMMIT');
    await work.expectRecovered('T-E01-F01-001');
    expect(await post('{ tasks { totalCount } }')).toEqual(created);
  } finally {
    await server.stop();
  }
});
