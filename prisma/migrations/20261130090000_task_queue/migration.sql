-- The tasks in the order in which `claimNextTask` hands them out, so that it reads one row instead of sorting all tasks.
-- Triggers keep the table true, also for the changes of other programs.

CREATE TABLE "task_queue" (
    "task_id" INTEGER NOT NULL PRIMARY KEY,
    "status" TEXT NOT NULL,
    -- 1 while the task has an open session.
    "is_held" INTEGER NOT NULL,
    -- 1 if the task has no execution order. These tasks come last, but NULL would come first in the index.
    "is_unordered" INTEGER NOT NULL,
    "execution_order" INTEGER,
    "priority" INTEGER NOT NULL,
    -- The time of the last row of the task's history, or the creation of the task, as a Julian day. A number, because
    -- other programs write times in several formats. NULL if the time is unreadable.
    "waiting_since" REAL,
    -- When the task was created. The triggers of other tables need it: they must not name the table "tasks", because
    -- SQLite would then reject programs that rebuild that table.
    "created_at" TEXT
);

INSERT INTO "task_queue"
SELECT
    task."id",
    task."status",
    EXISTS (SELECT 1 FROM "task_sessions" session WHERE session."task_id" = task."id" AND session."ended_at" IS NULL),
    task."execution_order" IS NULL,
    task."execution_order",
    task."priority",
    julianday(COALESCE(
        (SELECT entry."timestamp" FROM "task_history" entry WHERE entry."task_id" = task."id" ORDER BY entry."id" DESC LIMIT 1),
        task."created_at"
    )),
    task."created_at"
FROM "tasks" task;

CREATE INDEX "idx_task_queue_order" ON "task_queue"
    ("status", "is_held", "is_unordered", "execution_order", "priority", "waiting_since", "task_id");

CREATE TRIGGER "task_queue_task_inserted" AFTER INSERT ON "tasks" FOR EACH ROW
BEGIN
    INSERT OR REPLACE INTO "task_queue" VALUES (
        NEW."id",
        NEW."status",
        EXISTS (SELECT 1 FROM "task_sessions" WHERE "task_id" = NEW."id" AND "ended_at" IS NULL),
        NEW."execution_order" IS NULL,
        NEW."execution_order",
        NEW."priority",
        julianday(COALESCE(
            (SELECT "timestamp" FROM "task_history" WHERE "task_id" = NEW."id" ORDER BY "id" DESC LIMIT 1),
            NEW."created_at"
        )),
        NEW."created_at"
    );
END;

CREATE TRIGGER "task_queue_task_updated" AFTER UPDATE OF "status", "execution_order", "priority" ON "tasks" FOR EACH ROW
BEGIN
    UPDATE "task_queue" SET
        "status" = NEW."status",
        "is_unordered" = NEW."execution_order" IS NULL,
        "execution_order" = NEW."execution_order",
        "priority" = NEW."priority"
    WHERE "task_id" = NEW."id";
END;

CREATE TRIGGER "task_queue_task_created_at_updated" AFTER UPDATE OF "created_at" ON "tasks" FOR EACH ROW
BEGIN
    UPDATE "task_queue" SET "created_at" = NEW."created_at" WHERE "task_id" = NEW."id";
    UPDATE "task_queue" SET "waiting_since" = julianday(NEW."created_at")
    WHERE "task_id" = NEW."id" AND NOT EXISTS (SELECT 1 FROM "task_history" WHERE "task_id" = NEW."id");
END;

CREATE TRIGGER "task_queue_task_deleted" AFTER DELETE ON "tasks" FOR EACH ROW
BEGIN
    DELETE FROM "task_queue" WHERE "task_id" = OLD."id";
END;

CREATE TRIGGER "task_queue_history_inserted" AFTER INSERT ON "task_history" FOR EACH ROW
WHEN NOT EXISTS (SELECT 1 FROM "task_history" WHERE "task_id" = NEW."task_id" AND "id" > NEW."id")
BEGIN
    UPDATE "task_queue" SET "waiting_since" = julianday(NEW."timestamp") WHERE "task_id" = NEW."task_id";
END;

CREATE TRIGGER "task_queue_history_updated" AFTER UPDATE OF "task_id", "timestamp" ON "task_history" FOR EACH ROW
BEGIN
    UPDATE "task_queue" SET "waiting_since" = julianday(COALESCE(
        (SELECT "timestamp" FROM "task_history" WHERE "task_id" = "task_queue"."task_id" ORDER BY "id" DESC LIMIT 1),
        "created_at"
    ))
    WHERE "task_id" IN (OLD."task_id", NEW."task_id");
END;

CREATE TRIGGER "task_queue_history_deleted" AFTER DELETE ON "task_history" FOR EACH ROW
BEGIN
    UPDATE "task_queue" SET "waiting_since" = julianday(COALESCE(
        (SELECT "timestamp" FROM "task_history" WHERE "task_id" = OLD."task_id" ORDER BY "id" DESC LIMIT 1),
        "created_at"
    ))
    WHERE "task_id" = OLD."task_id";
END;

CREATE TRIGGER "task_queue_session_opened" AFTER INSERT ON "task_sessions" FOR EACH ROW WHEN NEW."ended_at" IS NULL
BEGIN
    UPDATE "task_queue" SET "is_held" = 1 WHERE "task_id" = NEW."task_id";
END;

CREATE TRIGGER "task_queue_session_closed" AFTER UPDATE OF "ended_at" ON "task_sessions" FOR EACH ROW
WHEN OLD."ended_at" IS NULL AND NEW."ended_at" IS NOT NULL
BEGIN
    UPDATE "task_queue" SET "is_held" = 0 WHERE "task_id" = NEW."task_id";
END;

CREATE TRIGGER "task_queue_session_moved" AFTER UPDATE OF "task_id" ON "task_sessions" FOR EACH ROW
WHEN NEW."ended_at" IS NULL
BEGIN
    UPDATE "task_queue" SET "is_held" = "task_id" = NEW."task_id" WHERE "task_id" IN (OLD."task_id", NEW."task_id");
END;

CREATE TRIGGER "task_queue_session_deleted" AFTER DELETE ON "task_sessions" FOR EACH ROW WHEN OLD."ended_at" IS NULL
BEGIN
    UPDATE "task_queue" SET "is_held" = 0 WHERE "task_id" = OLD."task_id";
END;
