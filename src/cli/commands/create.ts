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
import { plain } from '../output/plain.ts';

const priorities = ['high', 'medium', 'low'] as const;
const prioritiesInApi = {
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
} satisfies Record<(typeof priorities)[number], EpicPriority>;

const descriptionOption = new Option('--description <text>', 'more about it');
const executionOrderOption = new Option(
  '--execution-order <number>',
  'its place among others, from 1',
).argParser(positive);

function keyOption(example: string) {
  return new Option('--key <key>', `its key, for example ${example}; assigned unless given`);
}

/** The commands that make something to work on. */
export function addCreateCommands(
  parents: { epic: Command; feature: Command; task: Command },
  run: Run,
): void {
  parents.epic
    .command('create <title>')
    .description('begin an epic; the database is made if there is none yet')
    .addOption(keyOption('E07'))
    .addOption(descriptionOption)
    .addOption(new Option('--priority <priority>', 'how urgent it is').choices(priorities))
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
    .description('the epics and their features')
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
                    `${output.palette.heading(plain(key))}  ${plain(title)}`,
                    ...features.map((feature) => `  ${plain(feature.key)}  ${plain(feature.title)}`),
                  ])
                  .join('\n'),
        });
      }),
    );

  parents.feature
    .command('create <title>')
    .description('begin a feature of an epic')
    .requiredOption('--epic <key>', 'the epic that it belongs to')
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
    .description('add a task to a feature')
    .requiredOption('--feature <key>', 'the feature that it belongs to')
    .addOption(keyOption('T-E07-F20-001'))
    .addOption(descriptionOption)
    .option('--status <status>', 'where it begins; unless given, at the start of the workflow')
    .addOption(new Option('--priority <number>', '1 is the most urgent').argParser(positive))
    .option('--agent-type <type>', 'what kind of agent it is for')
    .option('--depends-on <tasks...>', 'tasks that have to be finished first')
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
