import type { Command } from '@commander-js/extra-typings';
import {
  AbandonSessionDocument,
  AbandonStaleSessionsDocument,
  HeartbeatSessionDocument,
} from '../../client/generated/graphql.ts';
import type { Run, Tools } from '../command.ts';
import { payloadOf, UsageError } from '../failure.ts';
import { sessionJson } from '../output/json.ts';
import { printMovedTask } from '../output/moved-task.ts';
import { agentFilterOption, epicOption, jsonOption, sessionId, staleOption } from '../options.ts';
import { plain } from '../output/plain.ts';
import { counted, timeText } from '../output/quantities.ts';
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
    .addOption(agentFilterOption)
    .addOption(epicOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Examples:
  shark session abandon TaskSession:42 --reason="no heartbeat"
  shark session abandon --stale=4h

With --stale instead of a session, all stale sessions are abandoned.`,
    )
    .action((id, { reason, stale: staleAfter, agent, epic: epicKey, ...options }) => {
      if (id !== undefined && staleAfter === undefined && agent === undefined && epicKey === undefined)
        return run(options, (tools) => abandon(tools, { sessionId: sessionId(id), reason }));
      if (id === undefined && staleAfter !== undefined)
        return run(options, (tools) =>
          abandonStale(tools, { staleAfter, reason, filter: { agent, epicKey } }),
        );
      throw new UsageError(
        'Give either a session, for example TaskSession:42, or --stale=4h. Use --agent and --epic only with --stale',
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
            `Session ${alive.id} of ${plain(alive.agentId)}: heartbeat at ${timeText(alive.lastHeartbeatAt)} UTC, ${plain(task.key)} is in ${plain(task.status)}`,
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
  staleAfter: string;
  reason: string | undefined;
  filter: { agent: string | undefined; epicKey: string | undefined };
}

async function abandonStale({ client, output }: Tools, input: StaleSessions): Promise<void> {
  const { abandonStaleSessions } = await client.send(AbandonStaleSessionsDocument, { input });
  const { sessions, remaining, warnings } = payloadOf(abandonStaleSessions);
  output.warn(warnings);
  output.answer({
    json: () => ({
      session_count: sessions.length,
      sessions: sessions.map(sessionJson),
      remaining,
      warnings,
    }),
    text: () =>
      sessions.length === 0
        ? 'No session is stale.'
        : `${sessionsTable(sessions, output.palette)}\n\n${counted(sessions.length, 'session')} abandoned`,
  });
  if (remaining > 0)
    output.notice(`${counted(remaining, 'session')} still open: run the command again to abandon them`);
}
