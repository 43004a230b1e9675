-- An agent at work may say that it is alive. Of all that is said in a session only the last sign is kept, and the
-- claim counts as the first one.

ALTER TABLE "task_sessions" ADD COLUMN "last_heartbeat_at" DATETIME
    CONSTRAINT "last_heartbeat_at is written like 2026-01-11T10:00:00.000+00:00"
        CHECK (strftime('%Y-%m-%dT%H:%M:%f+00:00', "last_heartbeat_at", '+0 days') IS "last_heartbeat_at");

ALTER TABLE "task_sessions" ADD COLUMN "last_sign_of_life_at" DATETIME
    GENERATED ALWAYS AS (COALESCE("last_heartbeat_at", "started_at")) VIRTUAL;

-- Active sessions in the order in which they fall silent.
CREATE INDEX "idx_task_sessions_active_last_sign_of_life_at" ON "task_sessions" ("last_sign_of_life_at", "id")
    WHERE "ended_at" IS NULL;

-- Active sessions of each status in the order in which they turn stale, for statuses with a threshold of their own.
CREATE INDEX "idx_task_sessions_active_claimed_to" ON "task_sessions" ("claimed_to", "started_at", "id")
    WHERE "ended_at" IS NULL;

-- The sign of life of a session that is over is part of the record, too.
DROP TRIGGER "task_sessions_closed_is_final";

CREATE TRIGGER "task_sessions_closed_is_final" BEFORE UPDATE OF
    "id", "task_id", "agent_id", "agent_type", "phase", "claimed_from", "claimed_to", "closed_from", "closed_to",
    "started_at", "ended_at", "outcome", "notes", "created_at", "last_heartbeat_at"
ON "task_sessions" FOR EACH ROW WHEN OLD."ended_at" IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a closed session is an audit record and is not edited');
END;
