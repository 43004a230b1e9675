import type { Command } from '@commander-js/extra-typings';
import {
  AbandonSessionDocument,
  AbandonStaleSessionsDocument,
  type AbandonStaleSessionsMutation,
  HeartbeatSessionDocument,
} from '../../client/generated/graphql.ts';
import { explainNoSessions } from '../answers.ts';
import type { Run, Tools } from '../command.ts';
import { payloadOf, UsageError } from '../failure.ts';
import { sessionJson } from '../output/json.ts';
import { printMovedTask } from '../output/moved-task.ts';
import {
  agentFilterOption,
  epicOption,
  jsonOption,
  sessionId,
  silentForOption,
  staleOption,
} from '../options.ts';
import { plain } from '../../shared/terminal-text.ts';
import { counted, durationText, timeText } from '../output/quantities.ts';
import { parseDuration } from '../../shared/duration.ts';
import { sessionsTable } from '../output/session-tables.ts';

/** Adds the session commands: heartbeat and abandon. */
export function addSessionCommands(session: Command, run: Run): void {
  session
    .command('abandon [session]')
    .description(
      'close the session of an agent that is gone, and return the task to its status before the claim',
    )
    .option('--reason <text>', 'why the session is abandoned; this text is stored with the session')
    .addOption(staleOption)
    .addOption(silentForOption)
    .option('--force', 'with --stale, also abandon sessions whose agents sent a heartbeat recently')
    .addOption(agentFilterOption)
    .addOption(epicOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Examples:
  shark session abandon TaskSession:42 --reason="no heartbeat"
  shark session abandon --silent-for=10m
  shark session abandon --stale=4h

With --silent-for or --stale instead of a session, all stale sessions are abandoned. With --stale alone, sessions
whose agents sent a heartbeat in the last 5 minutes (ALIVE_WITHIN) are skipped.`,
    )
    .action((id, { reason, stale: staleAfter, silentFor, force, agent, epic: epicKey, ...options }) => {
      const selection = [staleAfter, silentFor, force, agent, epicKey];
      if (id !== undefined && selection.every((option) => option === undefined))
        return run(options, (tools) => abandon(tools, { sessionId: sessionId(id), reason }));
      if (id === undefined && (staleAfter ?? silentFor) !== undefined)
        return run(options, (tools) =>
          abandonStale(tools, {
            staleAfter,
            silentFor,
            includeAlive: force,
            reason,
            filter: { agent, epicKey },
          }),
        );
      throw new UsageError(
        'Give either a session, for example TaskSession:42, or --stale=4h or --silent-for=10m. Use --agent, --epic and --force only without a session',
      );
    });

  session
    .command('heartbeat <session>')
    .description('record that the agent of a session is still working, and print where its task is')
    .addOption(jsonOption)
    .addHelpText('after', '\nExample:\n  shark session heartbeat TaskSession:42')
    .action((id, options) =>
      run(options, async ({ client, output }) => {
        const input = { sessionId: sessionId(id) };
        const { heartbeatSession } = await client.send(HeartbeatSessionDocument, { input });
        const { session: alive, task, warnings } = payloadOf(heartbeatSession);
        output.warn(warnings);
        output.answer({
          json: () => ({ task_key: task.key, status: task.status, session: sessionJson(alive), warnings }),
          text: () =>
            `Session ${plain(alive.id)} of ${plain(alive.agentId)}: heartbeat at ${timeText(alive.lastHeartbeatAt)} UTC, ${plain(task.key)} is in ${plain(task.status)}`,
        });
      }),
    );
}

async function abandon(
  { client, output }: Tools,
  input: { sessionId: string; reason: string | undefined },
): Promise<void> {
  const { abandonSession } = await client.send(AbandonSessionDocument, { input });
  printMovedTask(output, 'Abandoned', payloadOf(abandonSession));
}

interface StaleSessions {
  staleAfter: string | undefined;
  silentFor: string | undefined;
  includeAlive: boolean | undefined;
  reason: string | undefined;
  filter: { agent: string | undefined; epicKey: string | undefined };
}

async function abandonStale({ client, output }: Tools, input: StaleSessions): Promise<void> {
  const { abandonStaleSessions } = await client.send(AbandonStaleSessionsDocument, { input });
  const payload = payloadOf(abandonStaleSessions);
  const { sessions, remaining, skippedCount, warnings } = payload;
  output.warn(warnings);
  output.answer({
    json: () => ({
      session_count: sessions.length,
      sessions: sessions.map(sessionJson),
      remaining,
      skipped_count: skippedCount,
      skipped: payload.skipped.map(sessionJson),
      alive_within: payload.aliveWithin,
      warnings,
    }),
    text: () =>
      sessions.length === 0
        ? skippedCount === 0
          ? 'No session is stale.'
          : 'No session was abandoned.'
        : `${sessionsTable(sessions, output.palette)}\n\n${counted(sessions.length, 'session')} abandoned`,
  });
  if (skippedCount > 0) output.notice(skippedText(payload));
  else if (sessions.length === 0) await explainNoSessions({ client, output }, input.filter.agent);
  if (remaining > 0)
    output.notice(`${counted(remaining, 'session')} still open: run the command again to abandon them`);
}

type AbandonedStale = Extract<
  AbandonStaleSessionsMutation['abandonStaleSessions'],
  { __typename: 'AbandonStaleSessionsPayload' }
>;

const mostNamed = 10;

function skippedText({ skipped, skippedCount, aliveWithin }: AbandonedStale): string {
  const within = durationText(parseDuration(aliveWithin) / 60_000);
  const named = skipped
    .slice(0, mostNamed)
    .map(({ task, agentId }) => `${plain(task.key)} (${plain(agentId)})`);
  const more = skippedCount - named.length;
  const list = [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return `Skipped ${counted(skippedCount, 'session')} with a heartbeat in the last ${within}: ${list}. Use --force to abandon ${skippedCount === 1 ? 'it' : 'them'}, too`;
}
