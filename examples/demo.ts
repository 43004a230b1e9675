/**
 * A demo that runs for about 15 seconds: `npm run demo`. It starts a server on a temporary database and uses only its
 * public API. The agents are simulated.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../src/server/app.ts';
import { createClient } from '../src/client/client.ts';
import { systemClock } from '../src/shared/clock.ts';
import { readConfig } from '../src/server/config.ts';
import { createLog } from '../src/shared/log.ts';
import { createTasks, type Plan } from './demo/backlog.ts';
import { createAgentPool } from './demo/agent-pool.ts';
import { createOutput } from './demo/output.ts';
import { summarize } from './demo/summary.ts';
import { createTeam } from './demo/team.ts';
import { runOrchestrator } from './orchestrator.ts';

const staleAfterSeconds = 3;

const pool = createAgentPool([
  { agentId: 'coder-1', agentType: 'ai-coder', phase: 'development' },
  { agentId: 'coder-2', agentType: 'ai-coder', phase: 'development' },
  { agentId: 'coder-3', agentType: 'ai-coder', phase: 'development' },
  { agentId: 'reviewer-1', agentType: 'code-reviewer', phase: 'review' },
  { agentId: 'reviewer-2', agentType: 'code-reviewer', phase: 'review' },
  { agentId: 'tester', agentType: 'test-engineer', phase: 'qa' },
  { agentId: 'product', agentType: 'product-manager', phase: 'approval' },
]);

const plan: Plan[] = [
  { title: 'Issue tokens' },
  {
    title: 'Renew tokens before they expire',
    incident: { kind: 'crashes and returns', phase: 'development' },
  },
  {
    title: 'Revoke tokens on sign-out',
    incident: { kind: 'rejects', phase: 'review', reason: 'A revoked token is still accepted' },
  },
  { title: 'Limit failed sign-in attempts', incident: { kind: 'crashes', phase: 'review' } },
];

async function main(folder: string): Promise<void> {
  const output = createOutput({ actorWidth: 12, taskWidth: 13, verbWidth: 8 });
  const { printEvent } = output;
  output.heading(
    'Seven agents and an orchestrator',
    'The server notifies the orchestrator of each session that has been open for ' +
      `${staleAfterSeconds} seconds.\nIn real use, the threshold is hours.`,
  );

  await using app = await createApp(
    {
      ...readConfig({ PORT: '0', DATABASE_URL: `file:${join(folder, 'shark.db')}` }),
      workflowFile: join(folder, '.sharkconfig.json'),
    },
    { clock: systemClock, log: createLog('error') },
  );
  await app.start();
  printEvent('server', '', 'listens', app.url, 'dim');

  const client = createClient({ url: app.url });
  const tasks = await createTasks(client, output, plan);
  const team = createTeam({ client, output, pool, tasks, staleAfterMs: staleAfterSeconds * 1_000 });

  const demoEnded = new AbortController();
  const orchestrator = runOrchestrator({
    url: app.url,
    staleAfter: `${staleAfterSeconds}s`,
    async agentFor({ agentId, elapsedMinutes, task }, queue) {
      printEvent(
        'orchestrator',
        task.key,
        'abandons',
        `the stale session of ${agentId} after ${(elapsedMinutes * 60).toFixed(2)} s`,
        'magenta',
      );
      return pool.take(queue.phase);
    },
    startAgent({ agentId }, taskKey, sessionId) {
      printEvent('orchestrator', taskKey, 'claims', `for ${agentId}`, 'magenta');
      team.continueWork(agentId, taskKey, sessionId);
    },
    log: () => undefined,
    signal: demoEnded.signal,
  });
  // The orchestrator only ends when it is aborted or fails. In the second case the demo fails as well.
  await Promise.race([team.finishAll(), orchestrator]);
  demoEnded.abort();
  await orchestrator;

  await summarize(client, output, [...tasks.keys()]);
}

const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-demo-'));
// Removes the temporary database, however the demo ends.
process.once('exit', () => rmSync(folder, { recursive: true }));
process.once('SIGINT', () => process.exit(130));
await main(folder);
