-- What was answered to a claim that came with a key of its sender, so that a claim which is sent again, because its
-- answer got lost, is answered again and not made twice. Written in the transaction of the claim.

CREATE TABLE "idempotency_keys" (
    "key" TEXT NOT NULL PRIMARY KEY,
    -- What was asked, as canonical JSON: a key that comes back with something else is a mistake of the sender.
    "request" TEXT NOT NULL,
    -- What came of it; null when there was no work to hand out.
    "session_id" INTEGER,
    "warnings" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    CONSTRAINT "created_at is written like 2026-01-11T10:00:00.000+00:00"
        CHECK (strftime('%Y-%m-%dT%H:%M:%f+00:00', "created_at", '+0 days') IS "created_at")
);

CREATE INDEX "idx_idempotency_keys_session_id" ON "idempotency_keys" ("session_id");

-- Answers without work are forgotten after a while; this finds them.
CREATE INDEX "idx_idempotency_keys_without_work" ON "idempotency_keys" ("created_at") WHERE "session_id" IS NULL;

-- A key is remembered as long as its session is.
CREATE TRIGGER "idempotency_keys_follow_their_session" AFTER DELETE ON "task_sessions" FOR EACH ROW
BEGIN
    DELETE FROM "idempotency_keys" WHERE "session_id" = OLD."id";
END;
