-- What the analytics read of ended sessions: each question is a walk along one index, without a look at the table. By
-- phase and by agent in the order in which it is added up, without a sort; by end for a window of time, in which the
-- few that are found are sorted.

DROP INDEX "idx_task_sessions_phase";
DROP INDEX "idx_task_sessions_ended_at";

CREATE INDEX "idx_task_sessions_ended_by_phase"
    ON "task_sessions" ("phase", "ended_at", "agent_id", "agent_type", "outcome", "duration_minutes", "task_id")
    WHERE "ended_at" IS NOT NULL;

CREATE INDEX "idx_task_sessions_ended_by_agent"
    ON "task_sessions" ("agent_id", "ended_at", "phase", "agent_type", "outcome", "duration_minutes", "task_id")
    WHERE "ended_at" IS NOT NULL;

CREATE INDEX "idx_task_sessions_ended"
    ON "task_sessions" ("ended_at", "phase", "agent_id", "agent_type", "outcome", "duration_minutes", "task_id")
    WHERE "ended_at" IS NOT NULL;

-- Whether finished work was sent back later, and whether a task had passed through a phase before, is asked of every
-- session of a task.
CREATE INDEX "idx_task_sessions_rejected"
    ON "task_sessions" ("task_id", "ended_at", "closed_to")
    WHERE "outcome" = 'rejected';

CREATE INDEX "idx_task_sessions_results"
    ON "task_sessions" ("task_id", "phase", "ended_at")
    WHERE "outcome" IN ('completed', 'rejected');
