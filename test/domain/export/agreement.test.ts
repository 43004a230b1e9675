import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type SessionFilter as FilterVariables,
  SessionsDocument,
  type SessionsQuery,
  TypedDocumentString,
} from '../../../src/client/generated/graphql.ts';
import { outcomes } from '../../../src/shared/outcomes.ts';
import { roundedMinutes } from '../../../src/shared/statistics.ts';
import type { TestApp } from '../../support/app.ts';
import {
  allFilters,
  type Cells,
  exported,
  filledApp,
  inWords,
  parsed,
  searchOf,
} from '../../support/exports.ts';
import { filters } from '../../support/mixed-sessions.ts';

/** The results of the query `sessions`, page by page, as the cells of a file. */
async function queried(app: TestApp, filter: FilterVariables): Promise<Cells[]> {
  const cells: Cells[] = [];
  let after: string | null | undefined;
  do {
    const { sessions }: SessionsQuery = await app.send(SessionsDocument, { filter, first: 7, after });
    cells.push(
      ...sessions.nodes.map((session) => ({
        task_key: session.task.key,
        agent_id: session.agentId,
        agent_type: session.agentType ?? '',
        phase: session.phase,
        started_at: session.startedAt,
        ended_at: session.endedAt ?? '',
        duration_minutes: String(session.durationMinutes ?? ''),
        outcome: session.outcome?.toLowerCase() ?? '',
        notes: session.notes ?? '',
      })),
    );
    after = sessions.pageInfo.hasNextPage ? sessions.pageInfo.endCursor : null;
  } while (after !== null);
  return cells;
}

describe('an export with a filter', () => {
  it('has the same sessions as the query sessions, in the same order and with the same values', async () => {
    const app = await filledApp();
    const counts = new Set<number>();
    await fc.assert(
      fc.asyncProperty(allFilters, async (filter) => {
        const rows = parsed(await exported(app, searchOf(filter)));
        expect(rows).toEqual(await queried(app, inWords(filter)));
        counts.add(rows.length);
      }),
      { numRuns: 100 },
    );
    // Not all filters selected nothing or everything.
    expect(counts.size).toBeGreaterThan(6);
  });

  it('agrees with phaseDurations and agentPerformance for the same filter', async () => {
    const app = await filledApp();
    const Analytics = new TypedDocumentString<Record<'phases' | 'agents', Statistics[]>, { filter: object }>(`
      query ($filter: AnalyticsFilter) {
        phases: phaseDurations(filter: $filter) { of: phase sessionCount activeCount ...Parts }
        agents: agentPerformance(filter: $filter) { of: agentId sessionCount: totalSessions activeCount: activeSessions ...Parts }
      }
      fragment Parts on SessionStatistics {
        completedCount rejectedCount blockedCount abandonedCount avgDurationMinutes medianMinutes
      }`);
    const counts = new Set<number>();
    await fc.assert(
      fc.asyncProperty(
        filters,
        async ({ agent, agentId, agentType, epicKey, featureKey, phase, endedSince, endedUntil }) => {
          const about = { agent, agentId, agentType, epicKey, featureKey, phase };
          const { phases, agents } = await app.send(Analytics, {
            filter: inWords({ ...about, since: endedSince, until: endedUntil }),
          });
          const ended = parsed(
            await exported(app, searchOf({ ...about, endedSince, endedUntil, active: false })),
          );
          const active = parsed(await exported(app, searchOf({ ...about, active: true })));

          const inAnyOrder = (statistics: readonly Statistics[]) =>
            statistics
              .filter(({ sessionCount, activeCount }) => sessionCount + activeCount > 0)
              .toSorted((one, other) => one.of.localeCompare(other.of));
          expect(inAnyOrder(phases)).toEqual(statisticsOf('phase', ended, active));
          expect(inAnyOrder(agents)).toEqual(statisticsOf('agent_id', ended, active));
          counts.add(ended.length);
        },
      ),
      { numRuns: 100 },
    );
    expect(counts.size).toBeGreaterThan(6);
  });
});

interface Statistics extends Record<`${(typeof outcomes)[number]}Count`, number> {
  of: string;
  sessionCount: number;
  activeCount: number;
  avgDurationMinutes: number | null;
  medianMinutes: number | null;
}

/** Computed from the exported files alone. */
function statisticsOf(
  column: 'phase' | 'agent_id',
  ended: readonly Cells[],
  active: readonly Cells[],
): Statistics[] {
  const groups = [...new Set([...ended, ...active].map((cells) => cells[column]))].toSorted((one, other) =>
    one.localeCompare(other),
  );
  return groups.map((of) => {
    const rows = ended.filter((cells) => cells[column] === of);
    const minutes = rows.map((cells) => Number(cells.duration_minutes)).toSorted((one, other) => one - other);
    const middle = [Math.floor((rows.length - 1) / 2), Math.floor(rows.length / 2)].map(
      (place) => minutes[place] ?? 0,
    );
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const count = (outcome: (typeof outcomes)[number]) =>
      rows.filter((cells) => cells.outcome === outcome).length;
    return {
      of,
      sessionCount: rows.length,
      activeCount: active.filter((cells) => cells[column] === of).length,
      completedCount: count('completed'),
      rejectedCount: count('rejected'),
      blockedCount: count('blocked'),
      abandonedCount: count('abandoned'),
      avgDurationMinutes: rows.length === 0 ? null : roundedMinutes(sum(minutes) / rows.length),
      medianMinutes: rows.length === 0 ? null : sum(middle) / 2,
    };
  });
}
