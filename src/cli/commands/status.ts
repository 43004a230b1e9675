import type { Command } from '@commander-js/extra-typings';
import { StatusDocument } from '../../client/generated/graphql.ts';
import type { Run } from '../command.ts';
import { jsonOption } from '../options.ts';
import { plain } from '../../shared/terminal-text.ts';
import { counted } from '../output/quantities.ts';

export function addStatusCommand(program: Command, version: string, run: Run): void {
  program
    .command('status')
    .description('show where shark is connected, whether it works, and how much work there is')
    .addOption(jsonOption)
    .action((options) =>
      run(options, async ({ client, place, output }) => {
        const { status } = await client.send(StatusDocument, {});
        const { isReady, failedChecks, tasks, openSessionCount, staleSessionCount } = status;
        const connection = /^https?:/.test(place) ? 'server' : 'file';
        const taskCount = tasks.reduce((sum, { count }) => sum + count, 0);
        output.answer({
          json: () => ({
            connection,
            place,
            version,
            server_version: status.version,
            ready: isReady,
            failed_checks: failedChecks,
            task_count: taskCount,
            tasks: tasks.map(({ phase, count }) => ({ phase, task_count: count })),
            open_session_count: openSessionCount,
            stale_session_count: staleSessionCount,
          }),
          text: () =>
            [
              `${connection === 'server' ? 'Server:  ' : 'File:    '} ${output.palette.heading(place)}`,
              `Version:  ${version}${status.version === version ? '' : ` (server: ${plain(status.version)})`}`,
              `Ready:    ${isReady ? output.palette.good('yes') : output.palette.bad(`no: ${failedChecks.map(plain).join('; ')}`)}`,
              `Tasks:    ${taskCount}${taskCount === 0 ? '' : `: ${tasks.map(phaseText).join(', ')}`}`,
              `Sessions: ${counted(openSessionCount, 'open session')}, ${staleSessionCount} stale`,
            ].join('\n'),
        });
      }),
    );
}

function phaseText({ phase, count }: { phase: string | null; count: number }): string {
  return `${phase === null ? 'not in the workflow' : plain(phase)} ${count}`;
}
