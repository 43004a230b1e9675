import { type Command, Option } from '@commander-js/extra-typings';
import {
  AgentPerformanceDocument,
  AgingWorkDocument,
  type AnalyticsFilter,
  BottlenecksDocument,
  PhaseDurationsDocument,
  type PhaseDurationsQuery,
} from '../../client/generated/graphql.ts';
import { explainNoSessions, explainNoTasks, printRemainingCount } from '../answers.ts';
import type { Run, Tools } from '../command.ts';
import { UsageError } from '../failure.ts';
import { snakeCased, statisticsJson } from '../output/json.ts';
import {
  agentFilterOption,
  epicOption,
  featureOption,
  jsonOption,
  limitOption,
  phaseOption,
  sinceOption,
  type TimeToSend,
  untilOption,
} from '../options.ts';
import { readPages } from '../pages.ts';
import { shortened } from '../../shared/terminal-text.ts';
import { bar, durationText, percentText } from '../output/quantities.ts';
import { table } from '../output/table.ts';

/** Adds the analytics commands. The GraphQL schema describes the numbers that they print. */
export function addAnalyticsCommands(analytics: Command, run: Run): void {
  const addQuery = (name: string, description: string, agentOption = agentFilterOption) =>
    analytics
      .command(name)
      .description(description)
      .addOption(sinceOption('ended'))
      .addOption(untilOption('ended'))
      .addOption(epicOption)
      .addOption(featureOption)
      .addOption(agentOption)
      .addOption(phaseOption)
      .addOption(jsonOption);

  addQuery('phase-duration', 'show how long each phase takes, and its rejection rate')
    .addHelpText('after', '\nExample:\n  shark analytics phase-duration --since=2026-01-01 --epic=E07')
    .action((options) => run(options, (tools) => printPhaseDurations(tools, filterOf(options, tools.now()))));

  addQuery('agent-performance', 'show the sessions, durations and success rates of each agent')
    .addHelpText('after', '\nExample:\n  shark analytics agent-performance --since=30d --agent=backend')
    .action((options) =>
      run(options, (tools) => printAgentPerformance(tools, filterOf(options, tools.now()))),
    );

  addQuery('bottlenecks', 'list the workflow phases in which tasks spend the most time')
    .addHelpText('after', '\nExample:\n  shark analytics bottlenecks --since=2026-01-01')
    .action((options) => run(options, (tools) => printBottlenecks(tools, filterOf(options, tools.now()))));

  const kindOfAgent = new Option('--agent <type>', 'limit to tasks for this agent type');
  addQuery('aging', 'list unfinished tasks by age, oldest first', kindOfAgent)
    .addOption(limitOption)
    .addHelpText('after', '\nExample:\n  shark analytics aging --epic=E07')
    .action((options) => {
      const { since, until, epic: epicKey, feature: featureKey, agent: agentType, phase, limit } = options;
      const [window] = [
        since === undefined ? [] : ['--since'],
        until === undefined ? [] : ['--until'],
      ].flat();
      if (window !== undefined)
        throw new UsageError(`'shark analytics aging' always shows the current state. Leave out ${window}`);
      return run(options, (tools) => printAging(tools, { epicKey, featureKey, agentType, phase }, limit));
    });
}

interface QueryOptions {
  since?: TimeToSend | undefined;
  until?: TimeToSend | undefined;
  epic?: string | undefined;
  feature?: string | undefined;
  agent?: string | undefined;
  phase?: string | undefined;
}

function filterOf(
  { epic: epicKey, feature: featureKey, since, until, agent, phase }: QueryOptions,
  now: Date,
) {
  return { since: since?.(now), until: until?.(now), epicKey, featureKey, agent, phase };
}

export async function printPhaseDurations({ client, output }: Tools, filter: AnalyticsFilter): Promise<void> {
  const { phaseDurations } = await client.send(PhaseDurationsDocument, { filter });
  output.answer({
    json: () => ({
      since: filter.since ?? null,
      until: filter.until ?? null,
      phases: phaseDurations.map((row) => ({
        phase: row.phase,
        session_count: row.sessionCount,
        active_count: row.activeCount,
        ...statisticsJson(row),
        first_pass_yield_pct: row.firstPass.yieldPct,
      })),
    }),
    text: () => phaseTable(phaseDurations, output.palette),
  });
  if (phaseDurations.every(({ sessionCount, activeCount }) => sessionCount + activeCount === 0))
    await explainNoSessions({ client, output }, filter.agent);
}

function phaseTable(
  rows: PhaseDurationsQuery['phaseDurations'],
  palette: Tools['output']['palette'],
): string {
  if (rows.length === 0) return 'No sessions.';
  const longest = Math.max(...rows.map(({ avgDurationMinutes }) => avgDurationMinutes ?? 0));
  return table(
    rows,
    [
      { heading: 'PHASE', cell: ({ phase }) => phase },
      { heading: 'SESSIONS', align: 'right', cell: ({ sessionCount }) => String(sessionCount) },
      { heading: 'AVERAGE', align: 'right', cell: (row) => durationText(row.avgDurationMinutes) },
      {
        heading: '',
        cell: (row) => bar(longest > 0 ? (row.avgDurationMinutes ?? 0) / longest : 0),
        paint: palette.good,
      },
      { heading: 'MEDIAN', align: 'right', cell: (row) => durationText(row.medianMinutes) },
      { heading: 'P90', align: 'right', cell: (row) => durationText(row.p90Minutes) },
      { heading: 'REJECTED', align: 'right', cell: (row) => percentText(row.rejectionRatePct) },
      { heading: 'ACTIVE', align: 'right', cell: ({ activeCount }) => String(activeCount) },
    ],
    palette,
  );
}

async function printAgentPerformance({ client, output }: Tools, filter: AnalyticsFilter): Promise<void> {
  const { agentPerformance } = await client.send(AgentPerformanceDocument, { filter });
  output.answer({
    json: () => ({
      since: filter.since ?? null,
      until: filter.until ?? null,
      agents: agentPerformance.map((row) => ({
        agent_id: row.agentId,
        agent_type: row.agentType,
        total_sessions: row.totalSessions,
        active_sessions: row.activeSessions,
        ...statisticsJson(row),
        rework_count: row.rework.count,
        rework_rate_pct: row.rework.ratePct,
      })),
    }),
    text: () =>
      agentPerformance.length === 0
        ? 'No sessions.'
        : table(
            agentPerformance,
            [
              { heading: 'AGENT', cell: ({ agentId }) => shortened(agentId, 30) },
              { heading: 'TYPE', cell: ({ agentType }) => shortened(agentType ?? '–', 20) },
              { heading: 'SESSIONS', align: 'right', cell: ({ totalSessions }) => String(totalSessions) },
              { heading: 'AVERAGE', align: 'right', cell: (row) => durationText(row.avgDurationMinutes) },
              { heading: 'COMPLETED', align: 'right', cell: (row) => percentText(row.completionRatePct) },
              { heading: 'REWORK', align: 'right', cell: ({ rework }) => percentText(rework.ratePct) },
              { heading: 'ABANDONED', align: 'right', cell: (row) => percentText(row.abandonedRatePct) },
              { heading: 'ACTIVE', align: 'right', cell: ({ activeSessions }) => String(activeSessions) },
            ],
            output.palette,
          ),
  });
  if (agentPerformance.length === 0) await explainNoSessions({ client, output }, filter.agent);
}

async function printBottlenecks({ client, output }: Tools, filter: AnalyticsFilter): Promise<void> {
  const { bottlenecks } = await client.send(BottlenecksDocument, { filter });
  output.answer({
    json: () => ({
      since: filter.since ?? null,
      until: filter.until ?? null,
      bottlenecks: bottlenecks.map(({ flow, ...row }) => ({
        rank: row.rank,
        phase: row.phase,
        minutes_per_task: row.minutesPerTask,
        share_pct: row.sharePct,
        task_count: flow.taskCount,
        total_minutes: flow.totalMinutes,
        sentence: row.sentence,
      })),
    }),
    text: () =>
      bottlenecks.length === 0
        ? 'No durations.'
        : table(
            bottlenecks,
            [
              { heading: '', align: 'right', cell: ({ rank }) => `${rank}.` },
              { heading: 'PHASE', cell: ({ phase }) => phase },
              { heading: 'PER TASK', align: 'right', cell: (row) => durationText(row.minutesPerTask) },
              { heading: '', cell: ({ sharePct }) => bar(sharePct / 100), paint: output.palette.attention },
              { heading: 'SHARE', align: 'right', cell: ({ sharePct }) => percentText(sharePct) },
              { heading: '', cell: ({ sentence }) => sentence },
            ],
            output.palette,
          ),
  });
}

interface OpenTasks {
  epicKey: string | undefined;
  featureKey: string | undefined;
  agentType: string | undefined;
  phase: string | undefined;
}

async function printAging(
  { client, output }: Tools,
  filter: OpenTasks,
  limit: number | 'all',
): Promise<void> {
  const listing = await readPages(
    limit,
    (page) => client.send(AgingWorkDocument, { filter, startedOnly: false, ...page }),
    ({ agingWork }) => agingWork,
  );
  const { items, totalCount } = listing;
  output.answer({
    json: () => ({
      task_count: totalCount,
      tasks: items.map(({ task, activeSession, ...row }) => ({
        task_key: task.key,
        title: task.title,
        status: task.status,
        phase: row.phase,
        age_minutes: row.ageMinutes,
        phase_minutes: row.phaseMinutes,
        percentile: row.percentile,
        is_paused: row.isPaused,
        session: snakeCased(activeSession),
      })),
    }),
    text: () =>
      items.length === 0
        ? 'No unfinished tasks.'
        : table(
            items,
            [
              { heading: 'TASK', cell: ({ task }) => task.key },
              { heading: 'STATUS', cell: ({ task }) => task.status },
              { heading: 'IN PHASE', align: 'right', cell: (row) => durationText(row.phaseMinutes) },
              { heading: 'AGE', align: 'right', cell: (row) => durationText(row.ageMinutes) },
              { heading: 'LONGER THAN', align: 'right', cell: (row) => percentText(row.percentile) },
              { heading: 'AGENT', cell: (row) => shortened(row.activeSession?.agentId ?? '–', 30) },
              { heading: 'TITLE', cell: ({ task }) => shortened(task.title, 50) },
            ],
            output.palette,
          ),
  });
  if (totalCount === 0) await explainNoTasks({ client, output }, filter.agentType);
  printRemainingCount(output, listing, 'task');
}
