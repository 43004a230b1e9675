-- An idempotency key belongs to the client that sends it, so that clients cannot use up each other's keys.

DROP TRIGGER "idempotency_keys_follow_their_session";

-- Do not rename a table: SQLite would refuse if a view of another program refers to a missing table. Keys without a
-- session have no effect.
CREATE TEMP TABLE "copied_idempotency_keys" AS SELECT * FROM "idempotency_keys" WHERE "session_id" IS NOT NULL;

DROP TABLE "idempotency_keys";

CREATE TABLE "idempotency_keys" (
    -- Who sent the key. Empty if an earlier version stored the key, so that the client is unknown.
    "client_id" TEXT NOT NULL DEFAULT '',
    "key" TEXT NOT NULL,
    -- The claim, as canonical JSON. The key with another claim is a mistake of the client.
    "request" TEXT NOT NULL,
    -- The session that the claim opened.
    "session_id" INTEGER NOT NULL,
    "warnings" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    PRIMARY KEY ("client_id", "key"),
    CONSTRAINT "created_at is written like 2026-01-11T10:00:00.000+00:00"
        CHECK (strftime('%Y-%m-%dT%H:%M:%f+00:00', "created_at", '+0 days') IS "created_at")
);

INSERT INTO "idempotency_keys" ("key", "request", "session_id", "warnings", "created_at")
SELECT "key", "request", "session_id", "warnings", "created_at" FROM "copied_idempotency_keys";

DROP TABLE "copied_idempotency_keys";

CREATE INDEX "idx_idempotency_keys_session_id" ON "idempotency_keys" ("session_id");

-- A key is stored as long as its session.
CREATE TRIGGER "idempotency_keys_follow_their_session" AFTER DELETE ON "task_sessions" FOR EACH ROW
BEGIN
    DELETE FROM "idempotency_keys" WHERE "session_id" = OLD."id";
END;
