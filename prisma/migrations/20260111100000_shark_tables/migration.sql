-- The tables that a shark database has. Whatever is there already stays as it is: an adopted
-- database may be older and lack columns, so nothing below relies on a column of a later age.

CREATE TABLE IF NOT EXISTS "epics" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "key" TEXT NOT NULL UNIQUE,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "status" TEXT NOT NULL,
    "priority" TEXT NOT NULL CHECK ("priority" IN ('high', 'medium', 'low')),
    "business_value" TEXT CHECK ("business_value" IN ('high', 'medium', 'low')),
    "file_path" TEXT,
    "slug" TEXT,
    "created_at" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE IF NOT EXISTS "features" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "epic_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL UNIQUE,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "status" TEXT NOT NULL,
    "progress_pct" REAL NOT NULL DEFAULT 0.0 CHECK ("progress_pct" >= 0.0 AND "progress_pct" <= 100.0),
    "execution_order" INTEGER,
    "file_path" TEXT,
    "slug" TEXT,
    "created_at" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "status_override" BOOLEAN DEFAULT 0,
    FOREIGN KEY ("epic_id") REFERENCES "epics" ("id") ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS "tasks" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "feature_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL UNIQUE,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "status" TEXT NOT NULL,
    "agent_type" TEXT,
    "priority" INTEGER NOT NULL DEFAULT 5 CHECK ("priority" >= 1 AND "priority" <= 10),
    "depends_on" TEXT,
    "assigned_agent" TEXT,
    "file_path" TEXT,
    "blocked_reason" TEXT,
    "execution_order" INTEGER,
    "created_at" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMP,
    "completed_at" TIMESTAMP,
    "blocked_at" TIMESTAMP,
    "updated_at" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_by" TEXT,
    "completion_notes" TEXT,
    "files_changed" TEXT,
    "tests_passed" BOOLEAN DEFAULT 0,
    "verification_status" TEXT DEFAULT 'pending' CHECK ("verification_status" IN ('pending', 'verified', 'needs_rework')),
    "time_spent_minutes" INTEGER,
    "context_data" TEXT,
    "slug" TEXT,
    FOREIGN KEY ("feature_id") REFERENCES "features" ("id") ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS "task_history" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "task_id" INTEGER NOT NULL,
    "old_status" TEXT,
    "new_status" TEXT NOT NULL,
    "agent" TEXT,
    "notes" TEXT,
    "forced" BOOLEAN DEFAULT FALSE,
    "timestamp" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "rejection_reason" TEXT,
    FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS "task_notes" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "task_id" INTEGER NOT NULL,
    "note_type" TEXT NOT NULL CHECK ("note_type" IN (
        'comment', 'decision', 'blocker', 'solution', 'reference', 'implementation', 'testing', 'future', 'question',
        'rejection'
    )),
    "content" TEXT NOT NULL,
    "created_by" TEXT,
    "created_at" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "metadata" TEXT,
    FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS "idx_epics_status" ON "epics" ("status");
CREATE INDEX IF NOT EXISTS "idx_features_epic_id" ON "features" ("epic_id");
CREATE INDEX IF NOT EXISTS "idx_features_status" ON "features" ("status");
CREATE INDEX IF NOT EXISTS "idx_tasks_feature_id" ON "tasks" ("feature_id");
CREATE INDEX IF NOT EXISTS "idx_tasks_status" ON "tasks" ("status");
CREATE INDEX IF NOT EXISTS "idx_tasks_status_priority" ON "tasks" ("status", "priority");
CREATE INDEX IF NOT EXISTS "idx_task_history_task_id" ON "task_history" ("task_id");
CREATE INDEX IF NOT EXISTS "idx_task_history_timestamp" ON "task_history" ("timestamp" DESC);
CREATE INDEX IF NOT EXISTS "idx_task_notes_task_id" ON "task_notes" ("task_id");

CREATE TRIGGER IF NOT EXISTS "epics_updated_at" AFTER UPDATE ON "epics" FOR EACH ROW
BEGIN
    UPDATE "epics" SET "updated_at" = CURRENT_TIMESTAMP WHERE "id" = NEW."id";
END;

CREATE TRIGGER IF NOT EXISTS "features_updated_at" AFTER UPDATE ON "features" FOR EACH ROW
BEGIN
    UPDATE "features" SET "updated_at" = CURRENT_TIMESTAMP WHERE "id" = NEW."id";
END;

CREATE TRIGGER IF NOT EXISTS "tasks_updated_at" AFTER UPDATE ON "tasks" FOR EACH ROW
BEGIN
    UPDATE "tasks" SET "updated_at" = CURRENT_TIMESTAMP WHERE "id" = NEW."id";
END;
