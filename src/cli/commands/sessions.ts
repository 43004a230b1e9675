import { type Command, Option } from '@commander-js/extra-typings';
import {
  SessionsDocument,
  type SessionFilter,
  type SessionOutcome,
  TaskSessionsDocument,
} from '../../client/generated/graphql.ts';
import type { Run, Tools } from '../command.ts';
import { UsageError } from '../failure.ts';
import { completionJson, sessionJson } from '../output/json.ts';
import {
  agentFilterOption,
  epicOption,
  featureOption,
  jsonOption,
  limitOption,
  phaseOption,
  silentForOption,
  sinceOption,
  staleOption,
  untilOption,
} from '../options.ts';
import { type Outcome, outcomes } from '../../shared/outcomes.ts';
import { readPages } from '../pages.ts';
import { plain } from '../../shared/terminal-text.ts';
import { counted, durationText, percentText } from '../output/quantities.ts';
import { openSessions, sessionsOfTask, sessionsTable } from '../output/session-tables.ts';
import { explainNoSessions, noSuchTask, printRemainingCount } from '../answers.ts';
import { printPhaseDurations } from './analytics.ts';

const apiOutcomes = {
  completed: 'COMPLETED',
  rejected: 'REJECTED',
  blocked: 'BLOCKED',
  abandoned: 'ABANDONED',
} satisfies Record<Outcome, SessionOutcome>;

export function addSessionsCommand(task: Command, run: Run): void {
  task
    .command('sessions [task]')
    .description('list the sessions of a task, or of all tasks')
    .option('--active', 'limit to open sessions')
    .addOption(staleOption)
    .addOption(silentForOption)
    .addOption(agentFilterOption)
    .addOption(epicOption)
    .addOption(featureOption)
    .addOption(phaseOption)
    .addOption(new Option('--outcome <outcome>', 'limit to sessions with this outcome').choices(outcomes))
    .addOption(sinceOption('started'))
    .addOption(untilOption('started'))
    .addOption(limitOption)
    .addOption(
      // These options do not apply to phase durations, so they conflict with --stats.
      new Option('--stats', 'show the session durations of each phase instead of a list').conflicts([
        'active',
        'stale',
        'silentFor',
        'outcome',
        'limit',
        'export',
        'output',
      ]),
    )
    .addOption(
      new Option('--export <format>', 'write all sessions to a file')
        .choices(['csv'] as const)
        .conflicts('limit'),
    )
    .option(
      '--output <file>',
      'with --export, the new file, or - for standard output. Default: sessions-<time>.csv in the current folder',
    )
    .option('--force', 'with --output, replace the file if it exists')
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Examples:
  shark task sessions T-E07-F20-001
  shark task sessions --active --stale=4h --agent=backend --json
  shark task sessions --silent-for=10m
  shark task sessions --export=csv --epic=E07 --since=2026-01-01
  shark task sessions --export=csv --output=- | gzip > sessions.csv.gz

With --active, --stale or --silent-for, all sessions are listed. Otherwise, the default of --limit is 50, latest first.`,
    )
    .action(async (taskKey, options, command) => {
      if (taskKey !== undefined && options.stats === true)
        throw new UsageError(
          '--stats covers many tasks: leave out the task, and filter with --feature or --epic',
        );
      checkOutput(options);
      await run(options, async (tools) => {
        const {
          active,
          stale: staleAfter,
          silentFor,
          agent,
          epic: epicKey,
          feature: featureKey,
          phase,
        } = options;
        const now = tools.now();
        const since = options.since?.(now);
        const until = options.until?.(now);
        const outcome = options.outcome === undefined ? undefined : apiOutcomes[options.outcome];
        const filter = {
          active,
          staleAfter,
          silentFor,
          agent,
          epicKey,
          featureKey,
          phase,
          outcome,
          since,
          until,
        };
        const isNarrowed = Object.values(filter).some((value) => value !== undefined);
        // By default, list all open sessions: a limit could hide some of them.
        const limit =
          isOfOpen(filter) && command.getOptionValueSource('limit') === 'default' ? 'all' : options.limit;

        if (options.export !== undefined) {
          const { exportSessions } = await import('./export-sessions.ts');
          await exportSessions(tools, { ...filter, taskKey }, options);
        } else if (options.stats === true)
          await printPhaseDurations(tools, { agent, epicKey, featureKey, phase, since, until });
        else if (taskKey !== undefined && !isNarrowed) await printTask(tools, taskKey, limit);
        else await printSessions(tools, { ...filter, taskKey }, limit);
      });
    });
}

interface OutputOptions {
  export?: string | undefined;
  output?: string | undefined;
  force?: boolean | undefined;
  json?: boolean | undefined;
}

function checkOutput({ export: format, output, force, json }: OutputOptions): void {
  if (output !== undefined && format === undefined)
    throw new UsageError('--output is the file of an export: add --export=csv');
  if (output === '-' && json === true)
    throw new UsageError('--output=- writes the CSV file to standard output: leave out --json');
  if (force === true && (output === undefined || output === '-'))
    throw new UsageError('--force replaces the file of --output: give the path of a file with --output');
}

function isOfOpen(filter: SessionFilter): boolean {
  return filter.active === true || isOfStale(filter);
}

function isOfStale({ staleAfter, silentFor }: SessionFilter): boolean {
  return staleAfter !== undefined || silentFor !== undefined;
}

async function printTask({ client, output }: Tools, key: string, limit: number | 'all'): Promise<void> {
  const listing = await readPages(
    limit,
    async (page) => (await client.send(TaskSessionsDocument, { key, ...page })).task ?? noSuchTask(key),
    ({ sessions }) => sessions,
  );
  const { items, answer: task } = listing;
  const { title, status, phase, sessionSummary } = task;
  const { count, totalMinutes, completionRatePct } = sessionSummary;
  output.answer({
    json: () => ({
      task_key: task.key,
      title,
      status,
      phase,
      session_count: count,
      total_minutes: totalMinutes,
      ...completionJson(completionRatePct),
      sessions: items.map(sessionJson),
    }),
    text: () =>
      [
        `${output.palette.heading(task.key)}  ${plain(title)}  (${plain(status)})`,
        '',
        ...(items.length === 0
          ? ['No sessions yet.']
          : [
              sessionsOfTask(items, output.palette),
              '',
              `${counted(count, 'session')}, ${durationText(totalMinutes)} in all, ${percentText(completionRatePct)} completed`,
            ]),
      ].join('\n'),
  });
  printRemainingCount(output, listing, 'session');
}

async function printSessions(
  { client, output }: Tools,
  filter: SessionFilter,
  limit: number | 'all',
): Promise<void> {
  const isStale = isOfStale(filter);
  const listing = await readPages(
    limit,
    (page) =>
      client.send(SessionsDocument, {
        filter,
        // Stale sessions: oldest first. Other sessions: newest first.
        orderBy: { field: 'STARTED_AT', direction: isStale ? 'ASC' : 'DESC' },
        ...page,
      }),
    ({ sessions }) => sessions,
  );
  const { items, totalCount } = listing;
  output.answer({
    json: () => ({ session_count: totalCount, sessions: items.map(sessionJson) }),
    text: () => {
      if (items.length === 0) return isStale ? 'No session is stale.' : 'No sessions.';
      const rows = isOfOpen(filter)
        ? openSessions(items, output.palette, { withHeartbeats: filter.silentFor !== undefined })
        : sessionsTable(items, output.palette);
      return `${rows}\n\n${counted(totalCount, 'session')}`;
    },
  });
  if (totalCount === 0) await explainNoSessions({ client, output }, filter.agent);
  printRemainingCount(output, listing, 'session');
}
