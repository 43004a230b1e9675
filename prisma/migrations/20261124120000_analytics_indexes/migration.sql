-- What the analytics read of ended sessions, in the order in which it is added up: one range of one index answers a
-- question, with neither a look at the table nor a sort.

DROP INDEX "idx_task_sessions_phase";

CREATE INDEX "idx_task_sessions_ended_by_phase"
    ON "task_sessions" ("phase", "ended_at", "agent_id", "agent_type", "outcome", "duration_minutes", "task_id")
    WHERE "ended_at" IS NOT NULL;

CREATE INDEX "idx_task_sessions_ended_by_agent"
    ON "task_sessions" ("agent_id", "ended_at", "phase", "agent_type", "outcome", "duration_minutes", "task_id")
    WHERE "ended_at" IS NOT NULL;

-- Whether finished work was sent back later is asked of every session of a task.
CREATE INDEX "idx_task_sessions_rejected"
    ON "task_sessions" ("task_id", "ended_at", "closed_to")
    WHERE "outcome" = 'rejected';
