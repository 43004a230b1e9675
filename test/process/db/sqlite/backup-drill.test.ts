import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../../../src/client/client.ts';
import {
  ClaimTaskDocument,
  CreateEpicDocument,
  CreateFeatureDocument,
  CreateTaskDocument,
  FinishTaskDocument,
} from '../../../../src/client/generated/graphql.ts';
import { expectType } from '../../../support/app.ts';
import { runProgram, sharkFile } from '../../../support/program.ts';
import { startServerProcess } from '../../../support/server-process.ts';
import { open, temporaryFolder } from '../../../support/shark-databases.ts';

interface Claimed {
  taskKey: string;
  sessionId: string;
}

/** Agents that create and claim tasks until they are stopped. The list contains the acknowledged claims. */
async function startAgents(url: string, number: number) {
  const client = createClient({ url });
  const { createEpic } = await client.send(CreateEpicDocument, { input: { title: 'Backups' } });
  const { epic } = expectType(createEpic, 'CreateEpicPayload');
  const { createFeature } = await client.send(CreateFeatureDocument, {
    input: { epicKey: epic.key, title: 'Drill' },
  });
  const { feature } = expectType(createFeature, 'CreateFeaturePayload');
  const claimed: Claimed[] = [];
  let isStopped = false;
  let onClaimed = () => {};
  const work = async (agentId: string) => {
    while (!isStopped) {
      const { createTask } = await client.send(CreateTaskDocument, {
        input: { featureKey: feature.key, title: 'Copy the tapes', status: 'ready_for_development' },
      });
      const taskKey = expectType(createTask, 'CreateTaskPayload').task.key;
      const { claimTask } = await client.send(ClaimTaskDocument, { input: { taskKey, agentId } });
      const { session } = expectType(claimTask, 'ClaimTaskPayload');
      if (session !== null) claimed.push({ taskKey, sessionId: session.id });
      onClaimed();
    }
  };
  const working = Promise.all(Array.from({ length: number }, (_, index) => work(`agent-${index}`)));
  return {
    claimed,
    /** Waits for this number of claims. */
    reach: (count: number) =>
      new Promise<void>((resolve) => {
        onClaimed = () => {
          if (claimed.length >= count) resolve();
        };
        onClaimed();
      }),
    async stop() {
      isStopped = true;
      await working;
    },
  };
}

/** The claims that are complete in the database: session, status and history. */
const wholeClaims = `
  SELECT tasks.key AS taskKey, 'TaskSession:' || task_sessions.id AS sessionId
  FROM task_sessions JOIN tasks ON tasks.id = task_sessions.task_id
  WHERE tasks.status = 'in_development' AND ended_at IS NULL AND EXISTS (
    SELECT 1 FROM task_history WHERE task_id = tasks.id AND new_status = 'in_development')`;

it('a backup during writes contains all claims acknowledged before it, and can be used as a database', {
  timeout: 120_000,
}, async () => {
  const folder = temporaryFolder();
  const original = join(folder, 'shark.db');
  const backup = join(folder, 'backup.db');
  const restored = join(folder, 'restored', 'shark.db');
  const server = await startServerProcess({ DATABASE_URL: `file:${original}` }, sharkFile);
  onTestFinished(() => server.kill());
  const agents = await startAgents(server.url, 4);
  await agents.reach(20);

  const before = [...agents.claimed];
  const { code, stdout, stderr } = await runProgram(['backup', backup], {
    folder,
    settings: { DATABASE_URL: `file:${original}` },
  });
  const during = agents.claimed.length - before.length;
  await agents.stop();
  await server.stop();

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^The database \S+shark\.db was backed up to \S+backup\.db \(\d+ bytes\)\.\n$/);
  expect(during).toBeGreaterThan(0);
  expect(readdirSync(folder).toSorted()).toEqual(['backup.db', 'shark.db']);

  const other = await startServerProcess({ DATABASE_URL: `file:${restored}` }, sharkFile);
  await other.stop();
  copyFileSync(backup, restored);
  const again = await startServerProcess({ DATABASE_URL: `file:${restored}` }, sharkFile);
  onTestFinished(() => again.kill());

  const copy = open(restored);
  expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
  const kept = copy.prepare<[], Claimed>(wholeClaims).all();
  expect(kept).toEqual(expect.arrayContaining(before));
  const sessions = copy.prepare<[], number>('SELECT count(*) FROM task_sessions').pluck().get();
  expect(sessions).toBe(kept.length);
  expect(agents.claimed).toEqual(expect.arrayContaining(kept));

  const client = createClient({ url: again.url });
  const [{ taskKey, sessionId } = { taskKey: '', sessionId: '' }] = before;
  const { finishTask } = await client.send(FinishTaskDocument, { input: { taskKey, sessionId } });
  expect(expectType(finishTask, 'FinishTaskPayload').session?.outcome).toBe('COMPLETED');
  const more = await startAgents(again.url, 1);
  await more.reach(1);
  await more.stop();
});

it('a backup never overwrites a file, and a failed backup leaves no file', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'precious.db'), 'precious');
  const settings = { DATABASE_URL: 'file:shark.db' };
  const none = await runProgram(['backup', 'new.db'], { folder, settings });
  expect(none).toMatchObject({
    code: 2,
    stderr: `Error: There is no database ${join(folder, 'shark.db')}. Set DATABASE_URL to the database that you want to back up. See docs/troubleshooting.md#database\n`,
  });
  open(join(folder, 'shark.db')).exec('CREATE TABLE tasks (id INTEGER PRIMARY KEY)');

  const taken = await runProgram(['backup', 'precious.db'], { folder, settings });
  const nowhere = await runProgram(['backup', 'nowhere/new.db'], { folder, settings });

  expect(taken).toMatchObject({
    code: 2,
    stderr: `Error: The file ${join(folder, 'precious.db')} cannot be written: it exists already, and is not overwritten. Choose a file name that does not exist. See docs/troubleshooting.md#file\n`,
  });
  expect(readFileSync(join(folder, 'precious.db'), 'utf8')).toBe('precious');
  expect(nowhere).toMatchObject({
    code: 2,
    stderr: `Error: The file ${join(folder, 'nowhere/new.db')} cannot be written: its folder does not exist. Create the folder ${join(folder, 'nowhere')}, or correct the path. See docs/troubleshooting.md#file\n`,
  });
  expect(existsSync(join(folder, 'new.db'))).toBe(false);
});
