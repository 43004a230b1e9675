import type { Command } from '@commander-js/extra-typings';
import { WorkflowDocument } from '../../client/generated/graphql.ts';
import type { Run } from '../command.ts';
import { snakeCased } from '../output/json.ts';
import { jsonOption } from '../options.ts';
import { table } from '../output/table.ts';

export function addWorkflowCommands(workflow: Command, run: Run): void {
  workflow
    .command('list')
    .alias('ls')
    .description('list the statuses by phase, with their agent types and transitions')
    .addOption(jsonOption)
    .action((options) =>
      run(options, async ({ client, output }) => {
        const { phases, statuses } = (await client.send(WorkflowDocument, {})).workflow;
        /** Returns the sort position of a phase. A phase outside the workflow comes last. */
        const rankOf = (phase: string) => (phases.includes(phase) ? phases.indexOf(phase) : phases.length);
        output.answer({
          json: () => ({
            phases,
            statuses: statuses.map((status) => snakeCased(status)),
          }),
          text: () =>
            table(
              statuses.toSorted((one, other) => rankOf(one.phase) - rankOf(other.phase)),
              [
                { heading: 'PHASE', cell: ({ phase }) => phase },
                {
                  heading: 'STATUS',
                  cell: ({ name }) => name,
                  paint: (text, { isTerminal }) => (isTerminal ? output.palette.good(text) : text),
                },
                { heading: 'AGENTS', cell: ({ agentTypes }) => agentTypes.join(', ') },
                { heading: 'LEADS TO', cell: ({ transitions }) => transitions.join(', ') },
              ],
              output.palette,
            ),
        });
      }),
    );
}
