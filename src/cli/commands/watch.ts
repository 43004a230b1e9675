import type { Command } from '@commander-js/extra-typings';
import {
  SessionTurnedStaleDocument,
  type SessionTurnedStaleSubscription,
} from '../../client/generated/graphql.ts';
import type { Run } from '../command.ts';
import { sessionJson } from '../output/json.ts';
import { agentFilterOption, epicOption, jsonOption, silentForOption, staleOption } from '../options.ts';
import { plain } from '../../shared/terminal-text.ts';
import { durationText, timeText } from '../output/quantities.ts';

export function addWatchCommand(program: Command, run: Run): void {
  program
    .command('watch')
    .description('print each session when it becomes stale; press Ctrl+C to stop')
    .addOption(staleOption)
    .addOption(silentForOption)
    .addOption(agentFilterOption)
    .addOption(epicOption)
    .option(
      '--after <cursor>',
      'continue after the event with this cursor; --json prints the cursor of each event',
    )
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Examples:
  shark watch --stale=4h
  shark watch --silent-for=10m
  shark watch --stale=4h --silent-for=10m --json | while read -r event; do …; done

With --silent-for alone, only silence counts. Without both options, the default threshold applies.
Sessions that are already stale are printed first. If the connection breaks, shark reconnects, and no event
is missed or repeated. With --json, each event is one line.`,
    )
    .action(({ stale: staleAfter, silentFor, agent, epic: epicKey, after, ...options }) =>
      run(options, async ({ client, place, output, signal }) => {
        let reached = after;
        const variables = () => ({ staleAfter, silentFor, after: reached, filter: { agent, epicKey } });
        const events = client.subscribe(SessionTurnedStaleDocument, variables, {
          signal,
          onConnected: () => output.notice(`Watching ${place}. Press Ctrl+C to stop.`),
          onLost: (reason) => output.notice(`Connection lost (${plain(reason)}). Reconnecting`),
        });
        for await (const { sessionTurnedStale: event } of events) {
          // After a lost connection, the server can send an event again. Skip the repeated event.
          if (event.cursor === reached) continue;
          output.event({
            json: () => ({
              cursor: event.cursor,
              reason: event.reason.toLowerCase(),
              threshold: event.threshold,
              stale_at: event.staleAt,
              session: sessionJson(event.session),
            }),
            text: () => eventText(event),
          });
          reached = event.cursor;
        }
      }),
    );
}

function eventText(event: SessionTurnedStaleSubscription['sessionTurnedStale']): string {
  const { staleAt, reason, session } = event;
  const why =
    reason === 'AGE'
      ? `open for ${durationText(session.elapsedMinutes)}`
      : `no heartbeat since ${timeText(session.lastHeartbeatAt ?? session.startedAt)}`;
  return `${timeText(staleAt)}  ${plain(session.task.key)}  ${plain(session.agentId)}  ${why}  ${plain(session.id)}`;
}
