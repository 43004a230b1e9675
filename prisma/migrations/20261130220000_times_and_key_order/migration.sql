-- The triggers of "task_queue" read all times that other programs store. Before, some times became NULL, so that their
-- tasks came first. "waiting_since" is now in milliseconds since 1970. A value that is no time counts as the year 10000.

-- The time of the last change as it is stored: of the last row of the task's history, or the creation of the task.
ALTER TABLE "task_queue" ADD COLUMN "changed_at" DATETIME;

DROP TRIGGER IF EXISTS "task_queue_task_inserted";
DROP TRIGGER IF EXISTS "task_queue_task_created_at_updated";
DROP TRIGGER IF EXISTS "task_queue_history_inserted";
DROP TRIGGER IF EXISTS "task_queue_history_updated";
DROP TRIGGER IF EXISTS "task_queue_history_deleted";

CREATE TRIGGER "task_queue_changed_at_updated" AFTER UPDATE OF "changed_at" ON "task_queue" FOR EACH ROW
BEGIN
    UPDATE "task_queue" SET "waiting_since" = IFNULL(
        IFNULL(
        CASE WHEN NEW."changed_at" GLOB '[1-9]???-??-??[T ]??:??:??*' AND substr(NEW."changed_at", 12, 2) < '24'
          AND (substr(NEW."changed_at", 9, 2) < '29' OR date(substr(NEW."changed_at", 1, 10), '+0 days') = substr(NEW."changed_at", 1, 10))
        THEN strftime('%s', NEW."changed_at") * 1000 + CASE
          WHEN substr(NEW."changed_at", 20, 1) <> '.' THEN 0
          WHEN substr(NEW."changed_at", 21, 3) GLOB '[0-9][0-9][0-9]' THEN substr(NEW."changed_at", 21, 3)
        END END,
        CASE WHEN typeof(NEW."changed_at") IN ('text', 'integer', 'real') THEN (
          SELECT CASE WHEN ms > -62135596800000 AND ms < 253402300800000 THEN CAST(ROUND(ms) AS INTEGER) END
          FROM (
            SELECT CASE
              WHEN number IS NOT NULL
              THEN CASE WHEN number >= 100000000000 OR number <= -100000000000 THEN number ELSE number * 1000 END
              WHEN date(day, '+0 days') = day AND (clock NOT GLOB '?24*' OR substr(clock, 2, 5) || second || fraction = '24:00:00000')
              THEN strftime('%s', day || substr(clock || ' 00:00', 1, 6) || second) * 1000 + fraction
                - 60000 * CASE
                  WHEN zone IN ('', 'Z', 'z', 'UTC') THEN 0
                  WHEN substr(zone, 2, 2) <= '14' AND minutes <= '59' AND (
                    zone GLOB '[-+][0-9][0-9]' OR zone GLOB '[-+][0-9][0-9]:[0-9][0-9]' OR zone GLOB '[-+][0-9][0-9][0-9][0-9]' OR zone GLOB '[-+][0-9][0-9][0-9][0-9] *'
                  ) THEN (substr(zone, 2, 2) * 60 + minutes) * (substr(zone, 1, 1) || '1')
                END
            END AS ms
            FROM (
              SELECT *,
                substr(replace(substr(zone, 4, 3), ':', ''), 1, 2) AS minutes,
                CASE WHEN parts > 1 THEN substr(clock, 7, 3) ELSE ':00' END AS second,
                CASE parts WHEN 3 THEN substr(substr(clock, 11, length(clock) - 10 - length(rest)) || '000', 1, 3) ELSE '000' END AS fraction
              FROM (
                SELECT *, ltrim(rest, char(32, 9, 10, 11, 12, 13)) AS zone
                FROM (
                  SELECT *, CASE parts WHEN 3 THEN ltrim(substr(clock, 11), '0123456789') WHEN 0 THEN '' ELSE substr(clock, 4 + 3 * parts) END AS rest
                  FROM (
                    SELECT
                      CASE WHEN stored GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN substr(stored, 1, 10) END AS day,
                      substr(stored, 11) AS clock,
                      CASE
                        WHEN substr(stored, 11) GLOB '[T ][0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9]*' THEN 3
                        WHEN substr(stored, 11) GLOB '[T ][0-9][0-9]:[0-9][0-9]:[0-9][0-9]*' THEN 2
                        WHEN substr(stored, 11) GLOB '[T ][0-9][0-9]:[0-9][0-9]*' THEN 1
                        WHEN length(stored) = 10 THEN 0
                      END AS parts,
                      CASE
                        WHEN typeof(stored) <> 'text' THEN stored
                        WHEN ltrim(substr(stored, 1, 1), '-+') || substr(stored, 2) NOT GLOB '*[^0-9.]*' AND stored GLOB '*[0-9]*' AND stored NOT GLOB '*.*.*'
                        THEN CAST(stored AS REAL)
                      END AS number
                    FROM (SELECT CASE typeof(NEW."changed_at") WHEN 'text' THEN trim(printf('%s', NEW."changed_at"), char(32, 9, 10, 11, 12, 13)) ELSE NEW."changed_at" END AS stored LIMIT 1 OFFSET 0)
                    LIMIT 1 OFFSET 0
                  )
                  LIMIT 1 OFFSET 0
                )
                LIMIT 1 OFFSET 0
              )
              LIMIT 1 OFFSET 0
            )
            LIMIT 1 OFFSET 0
          )
        ) END
      ),
        253402300800000
    )
    WHERE "task_id" = NEW."task_id";
END;

CREATE TRIGGER "task_queue_task_inserted" AFTER INSERT ON "tasks" FOR EACH ROW
BEGIN
    INSERT OR REPLACE INTO "task_queue"
        ("task_id", "status", "is_held", "is_unordered", "execution_order", "priority", "created_at")
    VALUES (
        NEW."id",
        NEW."status",
        EXISTS (SELECT 1 FROM "task_sessions" WHERE "task_id" = NEW."id" AND "ended_at" IS NULL),
        NEW."execution_order" IS NULL,
        NEW."execution_order",
        NEW."priority",
        NEW."created_at"
    );
    UPDATE "task_queue" SET "changed_at" = COALESCE(
        (SELECT "timestamp" FROM "task_history" WHERE "task_id" = NEW."id" ORDER BY "id" DESC LIMIT 1),
        NEW."created_at"
    )
    WHERE "task_id" = NEW."id";
END;

CREATE TRIGGER "task_queue_task_created_at_updated" AFTER UPDATE OF "created_at" ON "tasks" FOR EACH ROW
BEGIN
    UPDATE "task_queue" SET "created_at" = NEW."created_at" WHERE "task_id" = NEW."id";
    UPDATE "task_queue" SET "changed_at" = NEW."created_at"
    WHERE "task_id" = NEW."id" AND NOT EXISTS (SELECT 1 FROM "task_history" WHERE "task_id" = NEW."id");
END;

CREATE TRIGGER "task_queue_history_inserted" AFTER INSERT ON "task_history" FOR EACH ROW
WHEN NOT EXISTS (SELECT 1 FROM "task_history" WHERE "task_id" = NEW."task_id" AND "id" > NEW."id")
BEGIN
    UPDATE "task_queue" SET "changed_at" = NEW."timestamp" WHERE "task_id" = NEW."task_id";
END;

CREATE TRIGGER "task_queue_history_updated" AFTER UPDATE OF "task_id", "timestamp" ON "task_history" FOR EACH ROW
BEGIN
    UPDATE "task_queue" SET "changed_at" = COALESCE(
        (SELECT "timestamp" FROM "task_history" WHERE "task_id" = "task_queue"."task_id" ORDER BY "id" DESC LIMIT 1),
        "created_at"
    )
    WHERE "task_id" IN (OLD."task_id", NEW."task_id");
END;

CREATE TRIGGER "task_queue_history_deleted" AFTER DELETE ON "task_history" FOR EACH ROW
BEGIN
    UPDATE "task_queue" SET "changed_at" = COALESCE(
        (SELECT "timestamp" FROM "task_history" WHERE "task_id" = OLD."task_id" ORDER BY "id" DESC LIMIT 1),
        "created_at"
    )
    WHERE "task_id" = OLD."task_id";
END;

-- Corrects "waiting_since" of all tasks, because it fires the first trigger.
UPDATE "task_queue" SET "changed_at" = COALESCE(
    (SELECT "timestamp" FROM "task_history" WHERE "task_id" = "task_queue"."task_id" ORDER BY "id" DESC LIMIT 1),
    "created_at"
);

-- The order of the tasks in lists: by the numbers in their keys. Queries must use exactly this expression.
CREATE INDEX "idx_tasks_sort_key" ON "tasks" (
    CASE
      WHEN "key" GLOB 'T-E[0-9][0-9]-F[0-9][0-9]-[0-9][0-9][0-9]' THEN "key"
      WHEN "key" GLOB 'T-E[0-9][0-9]-F[0-9][0-9]-[0-9][0-9][0-9][0-9]*' AND substr("key", 11) NOT GLOB '0*' AND substr("key", 14) NOT GLOB '*[^0-9]*'
      THEN substr("key", 1, 10) || char(44 + length("key")) || substr("key", 11) || ' ' || "key"
      WHEN "key" GLOB 'T-E[0-9]*-F[0-9]*-[0-9]*' AND ltrim(substr(ltrim(substr(ltrim(substr("key", 4), '0123456789'), 3), '0123456789'), 2), '0123456789') = '' THEN 'T-E' || CASE
      WHEN length(ltrim(substr(substr("key", 4), 1, instr(substr("key", 4), '-') - 1), '0')) <= 2 THEN substr('00' || ltrim(substr(substr("key", 4), 1, instr(substr("key", 4), '-') - 1), '0'), -2)
      ELSE char(55 + length(ltrim(substr(substr("key", 4), 1, instr(substr("key", 4), '-') - 1), '0'))) || ltrim(substr(substr("key", 4), 1, instr(substr("key", 4), '-') - 1), '0')
    END || '-F' || CASE
      WHEN length(ltrim(substr(substr("key", instr("key", '-F') + 2), 1, instr(substr("key", instr("key", '-F') + 2), '-') - 1), '0')) <= 2 THEN substr('00' || ltrim(substr(substr("key", instr("key", '-F') + 2), 1, instr(substr("key", instr("key", '-F') + 2), '-') - 1), '0'), -2)
      ELSE char(55 + length(ltrim(substr(substr("key", instr("key", '-F') + 2), 1, instr(substr("key", instr("key", '-F') + 2), '-') - 1), '0'))) || ltrim(substr(substr("key", instr("key", '-F') + 2), 1, instr(substr("key", instr("key", '-F') + 2), '-') - 1), '0')
    END || '-' || CASE
      WHEN length(ltrim(substr(substr("key", instr("key", '-F') + 2), instr(substr("key", instr("key", '-F') + 2), '-') + 1), '0')) <= 3 THEN substr('000' || ltrim(substr(substr("key", instr("key", '-F') + 2), instr(substr("key", instr("key", '-F') + 2), '-') + 1), '0'), -3)
      ELSE char(54 + length(ltrim(substr(substr("key", instr("key", '-F') + 2), instr(substr("key", instr("key", '-F') + 2), '-') + 1), '0'))) || ltrim(substr(substr("key", instr("key", '-F') + 2), instr(substr("key", instr("key", '-F') + 2), '-') + 1), '0')
    END || ' ' || "key"
      ELSE '~' || "key"
    END
);
