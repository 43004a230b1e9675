import { thresholdsOf } from '../../domain/stale/thresholds.ts';
import { countActiveSessions } from '../../domain/stale/stale-events.ts';
import { taskCountsByStatus } from '../../domain/tasks/lookups.ts';
import { staleAfterMsByStatus, type Workflow } from '../../domain/workflow/workflow.ts';
import { packageVersion } from '../../shared/package-version.ts';
import { builder } from '../builder.ts';

interface PhaseCount {
  phase: string | null;
  count: number;
}

const PhaseTaskCount = builder.objectRef<PhaseCount>('PhaseTaskCount').implement({
  description: 'The number of tasks in one workflow phase.',
  fields: (t) => ({
    phase: t.exposeString('phase', {
      nullable: true,
      description: 'The workflow phase. Null for tasks whose status the workflow does not define.',
    }),
    count: t.exposeInt('count', { description: 'The number of tasks.' }),
  }),
});

interface Status {
  version: string;
  failedChecks: string[];
  tasks: PhaseCount[];
  openSessions: number;
  staleSessions: number;
}

const StatusType = builder.objectRef<Status>('Status').implement({
  description: 'Whether the program works, and how much work there is.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'The version of Shark Sessions that answers.' }),
    isReady: t.boolean({
      description: 'Whether requests can be served. The path `/ready` says the same.',
      resolve: ({ failedChecks }) => failedChecks.length === 0,
    }),
    failedChecks: t.exposeStringList('failedChecks', {
      description: 'Why requests cannot be served, in sentences. Empty if all is well.',
    }),
    tasks: t.expose('tasks', {
      type: [PhaseTaskCount],
      description:
        'The number of tasks in each workflow phase, in workflow order. Phases without tasks are included.',
    }),
    openSessionCount: t.exposeInt('openSessions', { description: 'The number of open sessions.' }),
    staleSessionCount: t.exposeInt('staleSessions', {
      description:
        'The number of open sessions that have been open for longer than `stale_after` of their status in the workflow file, or else the setting `STALE_AFTER`.',
    }),
  }),
});

builder.queryField('status', (t) =>
  t.field({
    type: StatusType,
    authScopes: { atLeast: 'viewer' },
    description: 'Returns whether the program works, and how much work there is.',
    async resolve(_root, _arguments, { read, workflow, clock, staleAfterMs, findFailedChecks }) {
      const thresholds = thresholdsOf(
        { staleAfterMs: undefined, silentForMs: undefined },
        { staleAfterMs, staleAfterMsByStatus: staleAfterMsByStatus(workflow) },
      );
      const [failedChecks, counts, { active, stale }] = await Promise.all([
        findFailedChecks(),
        taskCountsByStatus(read),
        countActiveSessions(read, thresholds, clock.now()),
      ]);
      return {
        version: packageVersion(),
        failedChecks: failedChecks.map(({ what }) => what),
        tasks: countsByPhase(workflow, counts),
        openSessions: active,
        staleSessions: stale,
      };
    },
  }),
);

function countsByPhase(
  workflow: Workflow,
  counts: readonly { status: string; count: number }[],
): PhaseCount[] {
  const phaseOf = (status: string) => workflow.statuses.get(status)?.phase ?? null;
  const others = [...new Set(counts.map(({ status }) => phaseOf(status)))].filter(
    (phase) => phase === null || !workflow.phases.includes(phase),
  );
  return [...workflow.phases, ...others].map((phase) => ({
    phase,
    count: counts
      .filter(({ status }) => phaseOf(status) === phase)
      .reduce((sum, { count }) => sum + count, 0),
  }));
}
