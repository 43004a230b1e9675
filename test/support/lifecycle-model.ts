/*
 * A small model of the default workflow and of sessions. It is based on the rules of the product
 * and shares no code with it, so that the two can be compared.
 */

export type Outcome = 'completed' | 'rejected' | 'blocked' | 'abandoned';
export type Closing = Exclude<Outcome, 'abandoned'>;

export interface ModelSession {
  id: string;
  agent: string;
  phase: string;
  claimedFrom: string;
  startedAt: number;
  lastHeartbeatAt: number | null;
  endedAt: number | null;
  outcome: Outcome | null;
}

export interface ModelTask {
  key: string;
  status: string;
  priority: number;
  sessions: ModelSession[];
  /** The number of its history rows, and the time of the last one. */
  moves: number;
  movedAt: number;
  /** The status in which it was last blocked. */
  blockedIn: string | undefined;
}

/** The part of a result that is compared. */
export type Expected =
  | { type: string; session?: string | null; task?: string | null; status?: string }
  | { type: 'SessionNotActiveError'; closed: string; outcome: string; holder: string | null }
  | { type: 'TaskAlreadyClaimedError'; holder: string };

type Moves = Readonly<Record<string, string>>;

/** The target of each status. A status without a target is rejected. */
export interface Rules {
  readonly claim: Moves;
  readonly finish: Moves;
  readonly reject: Moves;
  readonly block: Moves;
  /** By the status in which the task was blocked. */
  readonly unblock: Moves;
}

export const rules: Rules = {
  claim: {
    ready_for_refinement: 'in_refinement',
    in_refinement: 'in_refinement',
    ready_for_development: 'in_development',
    in_development: 'in_development',
    ready_for_code_review: 'in_code_review',
    in_code_review: 'in_code_review',
    ready_for_qa: 'in_qa',
    in_qa: 'in_qa',
    ready_for_approval: 'in_approval',
    in_approval: 'in_approval',
  },
  finish: {
    draft: 'ready_for_refinement',
    in_refinement: 'ready_for_development',
    in_development: 'ready_for_code_review',
    in_code_review: 'ready_for_qa',
    in_qa: 'ready_for_approval',
    in_approval: 'completed',
  },
  reject: {
    in_refinement: 'draft',
    ready_for_development: 'ready_for_refinement',
    in_development: 'ready_for_refinement',
    ready_for_code_review: 'in_development',
    in_code_review: 'in_development',
    in_qa: 'in_development',
    in_approval: 'ready_for_qa',
  },
  block: { in_refinement: 'blocked', in_development: 'blocked', in_qa: 'blocked' },
  unblock: {
    in_refinement: 'ready_for_refinement',
    in_development: 'ready_for_development',
    in_qa: 'ready_for_development',
  },
};

const phases: Moves = {
  in_refinement: 'planning',
  in_development: 'development',
  in_code_review: 'review',
  in_qa: 'qa',
  in_approval: 'approval',
};

const closings = {
  completed: { by: 'finish', payload: 'FinishTaskPayload' },
  rejected: { by: 'reject', payload: 'RejectTaskPayload' },
  blocked: { by: 'block', payload: 'BlockTaskPayload' },
} as const;

export function holderOf({ sessions }: ModelTask): ModelSession | undefined {
  return sessions.find(({ endedAt }) => endedAt === null);
}

export interface LifecycleModel {
  readonly tasks: readonly ModelTask[];
  wait(milliseconds: number): void;
  claim(task: ModelTask, agent: string): Expected;
  claimNext(agent: string): Expected;
  close(task: ModelTask, outcome: Closing, sessionId: string | undefined): Expected;
  abandon(sessionId: string): Expected;
  unblock(task: ModelTask): Expected;
  heartbeat(sessionId: string): Expected;
}

export interface ModelParams {
  rules: Rules;
  tasks: readonly ModelTask[];
  now: number;
  /** The number of the next session. */
  nextSession: number;
}

/** Each operation changes the model as the server should change the database, and returns the expected result. */
export function lifecycleModel(params: ModelParams): LifecycleModel {
  const { tasks } = params;
  let { now, nextSession } = params;

  const move = (task: ModelTask, to: string) => {
    if (task.status === to) return;
    task.status = to;
    task.moves += 1;
    task.movedAt = now;
  };
  const end = (session: ModelSession, outcome: Outcome) => {
    session.endedAt = now;
    session.outcome = outcome;
  };
  const find = (sessionId: string) => {
    for (const task of tasks)
      for (const session of task.sessions) if (session.id === sessionId) return { task, session };
    return undefined;
  };
  const notActive = (task: ModelTask, { id, outcome }: ModelSession): Expected => ({
    type: 'SessionNotActiveError',
    closed: id,
    outcome: (outcome ?? 'nothing').toUpperCase(),
    holder: holderOf(task)?.id ?? null,
  });
  const refused = ({ status }: ModelTask): Expected => ({ type: 'InvalidTransitionError', status });
  const notFound: Expected = { type: 'SessionNotFoundError' };
  const isRework = ({ status }: ModelTask) => params.rules.claim[status] === status;

  const claim = (task: ModelTask, agent: string): Expected => {
    const to = params.rules.claim[task.status];
    if (to === undefined) return refused(task);
    const holder = holderOf(task);
    if (holder !== undefined) return { type: 'TaskAlreadyClaimedError', holder: holder.id };
    const session: ModelSession = {
      id: `TaskSession:${nextSession}`,
      agent,
      phase: phases[to] ?? 'none',
      claimedFrom: task.status,
      startedAt: now,
      lastHeartbeatAt: null,
      endedAt: null,
      outcome: null,
    };
    nextSession += 1;
    task.sessions.push(session);
    move(task, to);
    return { type: 'ClaimTaskPayload', session: session.id, task: task.key, status: task.status };
  };

  return {
    tasks,
    wait(milliseconds) {
      now += milliseconds;
    },
    claim,
    claimNext(agent) {
      const [best] = tasks
        .filter((task) => params.rules.claim[task.status] !== undefined && holderOf(task) === undefined)
        .toSorted(
          (one, other) =>
            Number(isRework(other)) - Number(isRework(one)) ||
            one.priority - other.priority ||
            one.movedAt - other.movedAt,
        );
      const answer: Expected =
        best === undefined ? { type: '', session: null, task: null } : claim(best, agent);
      return { ...answer, type: 'ClaimNextTaskPayload' };
    },
    close(task, outcome, sessionId) {
      const { by, payload } = closings[outcome];
      const holder = holderOf(task);
      if (sessionId !== undefined && sessionId !== holder?.id) {
        const named = task.sessions.find(({ id }) => id === sessionId);
        if (named === undefined) return notFound;
        if (named.outcome !== outcome) return notActive(task, named);
        return { type: payload, session: named.id, task: task.key, status: task.status };
      }
      const to = params.rules[by][task.status];
      if (to === undefined) return refused(task);
      if (to === 'blocked') task.blockedIn = task.status;
      move(task, to);
      if (holder !== undefined) end(holder, outcome);
      return { type: payload, session: holder?.id ?? null, task: task.key, status: task.status };
    },
    abandon(sessionId) {
      const { task, session } = find(sessionId) ?? {};
      if (task === undefined || session === undefined) return notFound;
      if (session.endedAt === null) {
        end(session, 'abandoned');
        move(task, session.claimedFrom);
      }
      if (session.outcome !== 'abandoned') return notActive(task, session);
      return { type: 'AbandonSessionPayload', session: sessionId, task: task.key, status: task.status };
    },
    unblock(task) {
      const to = task.status === 'blocked' ? params.rules.unblock[task.blockedIn ?? ''] : undefined;
      if (to === undefined) return refused(task);
      move(task, to);
      return { type: 'UnblockTaskPayload', task: task.key, status: task.status };
    },
    heartbeat(sessionId) {
      const { task, session } = find(sessionId) ?? {};
      if (task === undefined || session === undefined) return notFound;
      if (session.endedAt !== null) return notActive(task, session);
      session.lastHeartbeatAt = now;
      return { type: 'HeartbeatSessionPayload', session: sessionId, task: task.key, status: task.status };
    },
  };
}
