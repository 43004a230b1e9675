import { type Command, Option } from '@commander-js/extra-typings';
import {
  BoardDocument,
  CreateEpicDocument,
  CreateFeatureDocument,
  CreateTaskDocument,
  type EpicPriority,
} from '../../client/generated/graphql.ts';
import type { Run } from '../command.ts';
import { payloadOf } from '../failure.ts';
import { snakeCased } from '../output/json.ts';
import { jsonOption, positive } from '../options.ts';
import { plain } from '../../shared/terminal-text.ts';

const priorities = ['high', 'medium', 'low'] as const;
const prioritiesInApi = {
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
} satisfies Record<(typeof priorities)[number], EpicPriority>;

const descriptionOption = new Option('--description <text>', 'a longer description');
const executionOrderOption = new Option(
  '--execution-order <number>',
  'the position in the planned order; the first is 1',
).argParser(positive);

function keyOption(example: string) {
  return new Option('--key <key>', `the new key, for example ${example}. Default: the next free key`);
}

/** Adds the commands that create epics, features and tasks. */
export function addCreateCommands(
  parents: { epic: Command; feature: Command; task: Command },
  run: Run,
): void {
  parents.epic
    .command('create <title>')
    .description('create an epic, and the database file if there is none')
    .addOption(keyOption('E07'))
    .addOption(descriptionOption)
    .addOption(new Option('--priority <priority>', 'the priority of the epic').choices(priorities))
    .addOption(jsonOption)
    .addHelpText('after', '\nExample:\n  shark epic create "Sign-in"')
    .action((title, { key, description, priority, ...options }) =>
      run({ ...options, mayMakeDatabase: true }, async ({ client, output }) => {
        const input = { title, key, description, priority: priority && prioritiesInApi[priority] };
        const { createEpic } = await client.send(CreateEpicDocument, { input });
        const { epic } = payloadOf(createEpic);
        output.answer({
          json: () => ({ epic_key: epic.key, title: epic.title, priority: epic.priority.toLowerCase() }),
          text: () => `Created epic ${output.palette.heading(epic.key)}  ${plain(epic.title)}`,
        });
      }),
    );

  parents.epic
    .command('list')
    .alias('ls')
    .description('list the epics and their features')
    .addOption(jsonOption)
    .action((options) =>
      run(options, async ({ client, output }) => {
        const { epics } = await client.send(BoardDocument, {});
        output.answer({
          json: () => ({
            epics: epics.map(({ key, title, features }) => ({
              epic_key: key,
              title,
              features: features.map((feature) => ({ feature_key: feature.key, title: feature.title })),
            })),
          }),
          text: () =>
            epics.length === 0
              ? 'No epics.'
              : epics
                  .flatMap(({ key, title, features }) => [
                    `${output.palette.heading(key)}  ${plain(title)}`,
                    ...features.map((feature) => `  ${plain(feature.key)}  ${plain(feature.title)}`),
                  ])
                  .join('\n'),
        });
      }),
    );

  parents.feature
    .command('create <title>')
    .description('create a feature in an epic')
    .requiredOption('--epic <key>', 'the epic of the feature')
    .addOption(keyOption('E07-F20'))
    .addOption(descriptionOption)
    .addOption(executionOrderOption)
    .addOption(jsonOption)
    .addHelpText('after', '\nExample:\n  shark feature create "Tokens" --epic=E01')
    .action((title, { epic: epicKey, key, description, executionOrder, ...options }) =>
      run(options, async ({ client, output }) => {
        const input = { title, epicKey, key, description, executionOrder };
        const { createFeature } = await client.send(CreateFeatureDocument, { input });
        const { feature } = payloadOf(createFeature);
        output.answer({
          json: () => ({ feature_key: feature.key, title: feature.title }),
          text: () => `Created feature ${output.palette.heading(feature.key)}  ${plain(feature.title)}`,
        });
      }),
    );

  parents.task
    .command('create <title>')
    .description('create a task in a feature')
    .requiredOption('--feature <key>', 'the feature of the task')
    .addOption(keyOption('T-E07-F20-001'))
    .addOption(descriptionOption)
    .option('--status <status>', 'the initial status of the task. Default: the start status of the workflow')
    .addOption(
      new Option(
        '--priority <number>',
        'the priority of the task, from 1 (most urgent) to 10. Default: 5',
      ).argParser(positive),
    )
    .option('--agent-type <type>', 'the type of agent that the task is for')
    .option('--depends-on <tasks...>', 'the keys of the tasks that must be finished before this task')
    .addOption(executionOrderOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      '\nExample:\n  shark task create "Issue tokens" --feature=E01-F01 --status=ready_for_development',
    )
    .action((title, { feature: featureKey, json, ...given }) =>
      run({ json }, async ({ client, output }) => {
        const { createTask } = await client.send(CreateTaskDocument, {
          input: { title, featureKey, ...given },
        });
        const { task } = payloadOf(createTask);
        const { key, ...rest } = task;
        output.answer({
          json: () => ({
            task_key: key,
            title: rest.title,
            status: rest.status,
            priority: rest.priority,
            depends_on: snakeCased(rest.dependsOn),
          }),
          text: () =>
            `Created task ${output.palette.heading(key)}  ${plain(task.title)}  (${plain(task.status)})`,
        });
      }),
    );
}
