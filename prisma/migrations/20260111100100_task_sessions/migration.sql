-- One row per stretch of work. Constraint names are sentences: SQLite puts the name of a broken
-- CHECK into its error, and that error is read by whoever edits the file by hand.

CREATE TABLE "task_sessions" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "task_id" INTEGER NOT NULL,
    "agent_id" TEXT NOT NULL,
    "agent_type" TEXT,
    -- The phase and the status as they were at the claim: the task's own move on.
    "phase" TEXT NOT NULL,
    "claimed_from" TEXT NOT NULL,
    "claimed_to" TEXT NOT NULL,
    -- Where the close found the task and where it led, so that a repeated close can be answered again.
    "closed_from" TEXT,
    "closed_to" TEXT,
    "started_at" DATETIME NOT NULL,
    "ended_at" DATETIME,
    "outcome" TEXT,
    "notes" TEXT,
    -- julianday() counts days in floating point; without the rounding, exact half hours become 29.99999.
    "duration_minutes" REAL GENERATED ALWAYS AS (ROUND((julianday("ended_at") - julianday("started_at")) * 1440.0, 3)) STORED,
    -- One count over all openings and closings, in the order in which they were committed: the events of
    -- the table, readable from any point on by any number of readers. A session that was over when it was
    -- written, taken from older records, is no event and has neither.
    "opened_revision" INTEGER,
    "closed_revision" INTEGER,
    "created_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    "updated_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    CONSTRAINT "task_sessions_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "outcome is one of completed, rejected, blocked, abandoned"
        CHECK ("outcome" IN ('completed', 'rejected', 'blocked', 'abandoned')),
    CONSTRAINT "a session has an outcome exactly when it has ended"
        CHECK (("ended_at" IS NULL) = ("outcome" IS NULL)),
    CONSTRAINT "a session does not end before it starts"
        CHECK ("ended_at" >= "started_at"),
    -- Text is compared as text: a second format would break every comparison of times.
    -- strftime() gives back what it was given only for a time that exists, written this very way; without
    -- '+0 days' it would not reckon 24:00 into the next day.
    CONSTRAINT "started_at is written like 2026-01-11T10:00:00.000+00:00"
        CHECK (strftime('%Y-%m-%dT%H:%M:%f+00:00', "started_at", '+0 days') IS "started_at"),
    CONSTRAINT "ended_at is written like 2026-01-11T10:00:00.000+00:00"
        CHECK (strftime('%Y-%m-%dT%H:%M:%f+00:00', "ended_at", '+0 days') IS "ended_at"),
    CONSTRAINT "created_at is written like 2026-01-11T10:00:00.000+00:00"
        CHECK (strftime('%Y-%m-%dT%H:%M:%f+00:00', "created_at", '+0 days') IS "created_at"),
    CONSTRAINT "updated_at is written like 2026-01-11T10:00:00.000+00:00"
        CHECK (strftime('%Y-%m-%dT%H:%M:%f+00:00', "updated_at", '+0 days') IS "updated_at")
);

-- The count that openings and closings are numbered by, in one row. The highest number among the sessions would not
-- do: it falls when a task goes and takes its sessions along, and a reader would wait behind it in vain.
CREATE TABLE "task_session_revisions" (
    "id" INTEGER NOT NULL PRIMARY KEY CHECK ("id" = 1),
    "latest" INTEGER NOT NULL
);

INSERT INTO "task_session_revisions" ("id", "latest") VALUES (1, 0);

CREATE INDEX "idx_task_sessions_task_id" ON "task_sessions" ("task_id", "started_at");
CREATE INDEX "idx_task_sessions_agent_id" ON "task_sessions" ("agent_id", "started_at");
CREATE INDEX "idx_task_sessions_started_at" ON "task_sessions" ("started_at");

-- What the analytics read. Open sessions are left out: with them in here, SQLite would look up "not ended" in these
-- and sort, where the index of open sessions below has them in order already.
CREATE INDEX "idx_task_sessions_ended_at" ON "task_sessions" ("ended_at") WHERE "ended_at" IS NOT NULL;
CREATE INDEX "idx_task_sessions_phase" ON "task_sessions" ("phase", "ended_at") WHERE "ended_at" IS NOT NULL;


CREATE UNIQUE INDEX "idx_task_sessions_opened_revision" ON "task_sessions" ("opened_revision");
CREATE UNIQUE INDEX "idx_task_sessions_closed_revision" ON "task_sessions" ("closed_revision");

-- The last word on "one active session per task".
CREATE UNIQUE INDEX "idx_task_sessions_one_active_per_task" ON "task_sessions" ("task_id") WHERE "ended_at" IS NULL;

-- Active sessions in the order in which they turn stale.
CREATE INDEX "idx_task_sessions_active_started_at" ON "task_sessions" ("started_at", "id") WHERE "ended_at" IS NULL;

CREATE TRIGGER "task_sessions_updated_at" AFTER UPDATE ON "task_sessions" FOR EACH ROW
BEGIN
    UPDATE "task_sessions" SET "updated_at" = strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now') WHERE "id" = NEW."id";
END;

CREATE TRIGGER "task_sessions_opened_revision" AFTER INSERT ON "task_sessions" FOR EACH ROW
WHEN NEW."ended_at" IS NULL
BEGIN
    UPDATE "task_session_revisions" SET "latest" = "latest" + 1;
    UPDATE "task_sessions" SET "opened_revision" = (SELECT "latest" FROM "task_session_revisions") WHERE "id" = NEW."id";
END;

CREATE TRIGGER "task_sessions_closed_revision" AFTER UPDATE OF "ended_at" ON "task_sessions" FOR EACH ROW
WHEN OLD."ended_at" IS NULL AND NEW."ended_at" IS NOT NULL
BEGIN
    UPDATE "task_session_revisions" SET "latest" = "latest" + 1;
    UPDATE "task_sessions" SET "closed_revision" = (SELECT "latest" FROM "task_session_revisions") WHERE "id" = NEW."id";
END;

-- Sessions are audit records: the close is the last thing ever written to one.
CREATE TRIGGER "task_sessions_closed_is_final" BEFORE UPDATE OF
    "id", "task_id", "agent_id", "agent_type", "phase", "claimed_from", "claimed_to", "closed_from", "closed_to",
    "started_at", "ended_at", "outcome", "notes", "created_at"
ON "task_sessions" FOR EACH ROW WHEN OLD."ended_at" IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a closed session is an audit record and is not edited');
END;

-- Foreign keys are a setting of each connection, and programs that have them off leave orphans behind. A trigger
-- is not, so the sessions of a deleted task go with it whoever deletes it.
CREATE TRIGGER "task_sessions_follow_their_task" AFTER DELETE ON "tasks" FOR EACH ROW
BEGIN
    DELETE FROM "task_sessions" WHERE "task_id" = OLD."id";
END;
