import { type Command, Option } from '@commander-js/extra-typings';
import {
  BlockTaskDocument,
  ClaimNextTaskDocument,
  ClaimTaskDocument,
  FinishTaskDocument,
  NextTaskDocument,
  RejectTaskDocument,
  UnblockTaskDocument,
} from '../../client/generated/graphql.ts';
import type { Run, Tools } from '../command.ts';
import { payloadOf, UsageError } from '../failure.ts';
import { printMovedTask } from '../output/moved-task.ts';
import { dependencyJson } from '../output/json.ts';
import { epicOption, jsonOption, sessionOption } from '../options.ts';
import { plain } from '../../shared/terminal-text.ts';

const agentOption = new Option(
  '--agent <name>',
  'the agent that works on the task. Default: $SHARK_AGENT_TYPE, or else $USER',
);
const agentTypeOption = new Option(
  '--agent-type <type>',
  'the type of the agent. Default: $SHARK_AGENT_TYPE',
);
const idempotencyKeyOption = new Option(
  '--idempotency-key <key>',
  'a key for safe retries: a repeated claim with this key returns the first result',
);

/** Adds the commands that move a task through the workflow and open or close its session. */
export function addLifecycleCommands(task: Command, run: Run): void {
  task
    .command('claim <task>')
    .description('claim a task for an agent and open a session')
    .addOption(agentOption)
    .addOption(agentTypeOption)
    .addOption(idempotencyKeyOption)
    .addOption(jsonOption)
    .addHelpText('after', '\nExample:\n  shark task claim T-E07-F20-001 --agent=backend')
    .action((taskKey, options) =>
      run(options, async ({ client, output, defaults }) => {
        const { agentType = defaults.agentType, idempotencyKey } = options;
        const agentId = agentOf(options.agent, defaults);
        const { claimTask } = await client.send(ClaimTaskDocument, {
          input: { taskKey, agentId, agentType, idempotencyKey },
        });
        printMovedTask(output, `Claimed for ${plain(agentId)}`, payloadOf(claimTask), 'startedAt');
      }),
    );

  task
    .command('next')
    .description('show the best task to work on next; --claim also claims it')
    .option('--claim', 'also claim the task; concurrent commands never claim the same task')
    .addOption(
      new Option(
        '--agent <name>',
        'with --claim, the agent that claims the task. Default: $SHARK_AGENT_TYPE, or else $USER',
      ),
    )
    .addOption(
      new Option(
        '--agent-type <type>',
        'limit to tasks for this agent type. Default: $SHARK_AGENT_TYPE, or else all tasks',
      ),
    )
    .addOption(epicOption)
    .addOption(idempotencyKeyOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      '\nExamples:\n  shark task next --agent-type=ai-coder\n  shark task next --claim --agent=backend-1 --agent-type=ai-coder',
    )
    .action((options) =>
      run(options, async (tools) => {
        const { claim, agent, agentType = tools.defaults.agentType, epic: epicKey, idempotencyKey } = options;
        if (claim === true) {
          const agentId = agentOf(agent, tools.defaults);
          await claimNext(tools, { agentId, agentType, epicKey, idempotencyKey });
        } else await showNext(tools, { agentType, epicKey });
      }),
    );

  task
    .command('finish <task>')
    .description('close the session of a task as completed, and move the task to its next status')
    .option('--notes <text>', 'a note about the completed work')
    .addOption(sessionOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Example:
  shark task finish T-E07-F20-001 --notes="API complete"

A task in a queue (ready_for_*) cannot be finished: no agent works on it, and a late finish would skip the
work that it waits for. Claim the task first. In other statuses, a task without an open session is
finished with a warning. With --session, a repeated finish changes nothing and says so.`,
    )
    .action((taskKey, { notes, session: sessionId, ...options }) =>
      run(options, async ({ client, output }) => {
        const { finishTask } = await client.send(FinishTaskDocument, {
          input: { taskKey, notes, sessionId },
        });
        printMovedTask(output, 'Finished', payloadOf(finishTask));
      }),
    );

  task
    .command('reject <task>')
    .description('close the session of a task as rejected, and move the task back in the workflow')
    .requiredOption(
      '--reason <text>',
      'the reason for the rejection; the session and the task notes contain it',
    )
    .option('--to <status>', 'the new status of the task. Default: a status in the nearest earlier phase')
    .addOption(sessionOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Example:
  shark task reject T-E07-F20-001 --reason="Tests missing"

A task without an open session is rejected with a warning, also in a queue (ready_for_*): this only sends it
back, and no work is skipped. With --session, a repeated rejection changes nothing and says so.`,
    )
    .action((taskKey, { reason, to: toStatus, session: sessionId, ...options }) =>
      run(options, async ({ client, output }) => {
        const input = { taskKey, reason, toStatus, sessionId };
        const { rejectTask } = await client.send(RejectTaskDocument, { input });
        printMovedTask(output, 'Rejected', payloadOf(rejectTask));
      }),
    );

  task
    .command('block <task>')
    .description('close the session of a task as blocked, and move the task to the status for blocked tasks')
    .requiredOption('--reason <text>', 'what the task waits for')
    .addOption(sessionOption)
    .addOption(jsonOption)
    .addHelpText('after', '\nExample:\n  shark task block T-E07-F20-001 --reason="Waits for the API key"')
    .action((taskKey, { reason, session: sessionId, ...options }) =>
      run(options, async ({ client, output }) => {
        const { blockTask } = await client.send(BlockTaskDocument, { input: { taskKey, reason, sessionId } });
        printMovedTask(output, 'Blocked', payloadOf(blockTask));
      }),
    );

  task
    .command('unblock <task>')
    .description('move a blocked task back to the phase in which it was blocked')
    .addOption(jsonOption)
    .addHelpText('after', '\nExample:\n  shark task unblock T-E07-F20-001')
    .action((taskKey, options) =>
      run(options, async ({ client, output }) => {
        const { unblockTask } = await client.send(UnblockTaskDocument, { input: { taskKey } });
        printMovedTask(output, 'Unblocked', payloadOf(unblockTask));
      }),
    );
}

/** Returns the agent name from --agent or from the defaults. Throws UsageError if both are missing. */
function agentOf(given: string | undefined, defaults: Tools['defaults']): string {
  const agent = given ?? defaults.agent;
  if (agent === undefined)
    throw new UsageError('No agent is given: write for example --agent=backend, or set SHARK_AGENT_TYPE');
  return agent;
}

interface WorkWanted {
  agentType: string | undefined;
  epicKey: string | undefined;
}

async function claimNext(
  { client, output }: Tools,
  wanted: WorkWanted & { agentId: string; idempotencyKey: string | undefined },
): Promise<void> {
  const { claimNextTask } = await client.send(ClaimNextTaskDocument, { input: wanted });
  const { task, previousStatus, ...payload } = payloadOf(claimNextTask);
  if (task === null || previousStatus === null)
    output.answer({
      json: () => ({
        task_key: null,
        status: null,
        previous_status: null,
        session: null,
        next_phase: null,
        repeated: payload.repeated,
        warnings: payload.warnings,
      }),
      text: () => noWork(wanted),
    });
  else
    printMovedTask(
      output,
      `Claimed for ${plain(wanted.agentId)}`,
      { task, previousStatus, ...payload },
      'startedAt',
    );
}

async function showNext({ client, output }: Tools, wanted: WorkWanted): Promise<void> {
  const { nextTask } = await client.send(NextTaskDocument, wanted);
  const notCompleted = (nextTask?.dependencies ?? []).filter(({ state }) => state !== 'COMPLETED');
  output.warn(
    notCompleted.map(
      ({ key, status }) =>
        `The task depends on ${key}, which ${status === null ? 'does not exist' : `is ${status}`}`,
    ),
  );
  output.answer({
    json: () =>
      nextTask === null
        ? { task_key: null, title: null, status: null, phase: null, depends_on: [], priority: null }
        : {
            task_key: nextTask.key,
            title: nextTask.title,
            status: nextTask.status,
            phase: nextTask.phase,
            depends_on: nextTask.dependencies.map(dependencyJson),
            priority: nextTask.priority,
          },
    text: () =>
      nextTask === null
        ? noWork(wanted)
        : `${output.palette.heading(nextTask.key)}  ${plain(nextTask.title)}\n${plain(nextTask.status)}, priority ${nextTask.priority}`,
  });
}

function noWork({ agentType, epicKey }: WorkWanted): string {
  const forWhom = agentType === undefined ? '' : ` for an agent of type '${plain(agentType)}'`;
  const ofWhat = epicKey === undefined ? '' : ` in ${plain(epicKey)}`;
  return `No task waits${ofWhat}${forWhom}.`;
}
