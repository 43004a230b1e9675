/**
 * A quarter of a minute in the life of a team: `npm run demo`. Everything goes through the API of a server on a
 * throw-away database; only the agents are played.
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
import { createCrew } from './demo/crew.ts';
import { createNarrator } from './demo/narrator.ts';
import { summarize } from './demo/summary.ts';
import { createTeam } from './demo/team.ts';
import { runOrchestrator } from './orchestrator.ts';

const staleAfterSeconds = 3;

const crew = createCrew([
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
  { title: 'Renew tokens before they expire', mishap: { kind: 'dies and returns', phase: 'development' } },
  {
    title: 'Revoke tokens on sign-out',
    mishap: { kind: 'rejects', phase: 'review', reason: 'A revoked token is still accepted' },
  },
  { title: 'Slow down guessed passwords', mishap: { kind: 'dies', phase: 'review' } },
];

async function main(folder: string): Promise<void> {
  const narrator = createNarrator({ whoWidth: 12, taskWidth: 13, verbWidth: 8 });
  const { tell } = narrator;
  narrator.heading(
    'A team at work',
    'Seven agents, and an orchestrator that is told of every session the moment it has been open for\n' +
      `${staleAfterSeconds} seconds (hours, where the work is real).`,
  );

  await using app = await createApp(
    {
      ...readConfig({ PORT: '0', DATABASE_URL: `file:${join(folder, 'shark.db')}` }),
      workflowFile: join(folder, '.sharkconfig.json'),
    },
    { clock: systemClock, log: createLog('error') },
  );
  await app.start();
  tell('server', '', 'listens', app.url, 'dim');

  const client = createClient({ url: app.url });
  const tasks = await createTasks(client, narrator, plan);
  const team = createTeam({ client, narrator, crew, tasks, staleAfterMs: staleAfterSeconds * 1_000 });

  const demoOver = new AbortController();
  const orchestrator = runOrchestrator({
    url: app.url,
    staleAfter: `${staleAfterSeconds}s`,
    async agentFor({ agentId, elapsedMinutes, task }, waiting) {
      tell(
        'orchestrator',
        task.key,
        'is told',
        `${agentId} has been at it for ${(elapsedMinutes * 60).toFixed(2)} s; takes the task back`,
        'magenta',
      );
      return crew.take(waiting.phase);
    },
    startAgent({ agentId }, taskKey, sessionId) {
      tell('orchestrator', taskKey, 'claims', `for ${agentId}`, 'magenta');
      team.takeOver(agentId, taskKey, sessionId);
    },
    log: () => undefined,
    signal: demoOver.signal,
  });
  // The orchestrator has no end of its own: if it is the first to end, it failed, and the demo with it.
  await Promise.race([team.finishAll(), orchestrator]);
  demoOver.abort();
  await orchestrator;

  await summarize(client, narrator, [...tasks.keys()]);
}

const folder = mkdtempSync(join(tmpdir(), 'shark-sessions-demo-'));
// Whatever ends the demo, nothing of it is left behind.
process.once('exit', () => rmSync(folder, { recursive: true }));
process.once('SIGINT', () => process.exit(130));
await main(folder);
