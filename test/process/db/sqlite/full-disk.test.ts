import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectFault, workOn } from '../../../support/acknowledged.ts';
import type { Answer } from '../../../support/app.ts';
import { sharkFile } from '../../../support/program.ts';
import { openProcessShell } from '../../../support/process-shell.ts';
import { startServerProcess } from '../../../support/server-process.ts';
import { createSharkDatabase, open, temporaryFolder } from '../../../support/shark-databases.ts';

it('on a full disk, the server rejects writes, serves reads, and accepts writes again when there is space', {
  timeout: 60_000,
}, async () => {
  const file = join(temporaryFolder(), 'shark.db');
  // A limit on the file size of the process has the same effect as a full disk.
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
    // The log only grows while there is a reader.
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

it('on a full disk, a command that writes a file says so in one line, and leaves nothing', async () => {
  await using shell = await openProcessShell('on the file', { API_TOKENS_FILE: './tokens.json' });
  createSharkDatabase('recent', shell.databaseFile);
  // Without a write-ahead log, no other file is beside the database.
  shell.change('PRAGMA journal_mode = DELETE');
  for (const line of ['shark backup copy.db', 'shark task list', 'shark backfill']) {
    // The database needs 300 KB, and what SQLite writes beside it 32 KB.
    const { code, stderr } = await shell.type(`ulimit -f 64; ${line}`);
    expect({ line, code }).toEqual({ line, code: 2 });
    expect(stderr).toMatch(/^Error: [^\n]*The file \S+ cannot be written: the disk is full[^\n]+\n$/);
    expect(readdirSync(shell.folder)).toEqual(['shark.db']);
  }
  const token = await shell.type('ulimit -f 0; shark token --name=ci --role=viewer');
  expect(token).toMatchObject({ code: 2, stdout: '' });
  expect(token.stderr).toMatch(
    /^Error: The file \S+tokens\.json cannot be written: it would be larger[^\n]+\n$/,
  );
  expect(readdirSync(shell.folder)).toEqual(['shark.db']);
  // The database is unchanged, and the next command can migrate it.
  expect(await shell.type('shark task list')).toMatchObject({ code: 0 });
});
