-- The product's tables and operations as a user of PostGraphile would write them: its queue has an index in the order
-- of handing out, and an operation is a function that locks the row of its task.

CREATE SCHEMA app;
SET search_path = app;

CREATE TABLE stages (
  waiting text PRIMARY KEY,
  phase text NOT NULL,
  claimed text NOT NULL UNIQUE,
  finished text NOT NULL
);
INSERT INTO stages VALUES
  ('ready_for_refinement', 'planning', 'in_refinement', 'ready_for_development'),
  ('ready_for_development', 'development', 'in_development', 'ready_for_code_review'),
  ('ready_for_code_review', 'review', 'in_code_review', 'ready_for_qa'),
  ('ready_for_qa', 'qa', 'in_qa', 'ready_for_approval'),
  ('ready_for_approval', 'approval', 'in_approval', 'completed');

CREATE TABLE tasks (
  id serial PRIMARY KEY,
  feature_id integer NOT NULL,
  key text NOT NULL UNIQUE,
  title text NOT NULL,
  status text NOT NULL,
  agent_type text,
  priority integer NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 10),
  depends_on jsonb,
  assigned_agent text,
  execution_order integer,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- When the task came into its status.
  status_since timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON tasks (feature_id);
CREATE INDEX ON tasks (status);
CREATE INDEX ON tasks (execution_order NULLS LAST, priority, status_since, id)
  WHERE status IN
    ('ready_for_refinement', 'ready_for_development', 'ready_for_code_review', 'ready_for_qa', 'ready_for_approval');

CREATE TABLE task_sessions (
  id serial PRIMARY KEY,
  task_id integer NOT NULL REFERENCES tasks ON DELETE CASCADE,
  agent_id text NOT NULL,
  agent_type text,
  phase text NOT NULL,
  claimed_from text NOT NULL,
  claimed_to text NOT NULL,
  closed_from text,
  closed_to text,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  outcome text CHECK (outcome IN ('completed', 'rejected', 'blocked', 'abandoned')),
  notes text,
  duration_minutes double precision GENERATED ALWAYS AS
    (round((extract(epoch FROM ended_at - started_at) / 60)::numeric, 3)::double precision) STORED,
  CHECK ((ended_at IS NULL) = (outcome IS NULL)),
  CHECK (ended_at >= started_at)
);
CREATE INDEX ON task_sessions (task_id, started_at DESC);
CREATE INDEX ON task_sessions (agent_id, started_at);
CREATE INDEX ON task_sessions (started_at);
CREATE INDEX ON task_sessions (phase, ended_at) WHERE ended_at IS NOT NULL;
CREATE UNIQUE INDEX ON task_sessions (task_id) WHERE ended_at IS NULL;

CREATE TABLE task_history (
  id serial PRIMARY KEY,
  task_id integer NOT NULL REFERENCES tasks ON DELETE CASCADE,
  old_status text,
  new_status text NOT NULL,
  agent text,
  notes text,
  "timestamp" timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON task_history (task_id);

CREATE FUNCTION open_session(task tasks, agent text) RETURNS task_sessions LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  stage app.stages;
  opened app.task_sessions;
BEGIN
  SELECT * INTO stage FROM app.stages WHERE waiting = task.status;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Task % cannot be claimed in status %', task.key, task.status;
  END IF;
  UPDATE app.tasks SET status = stage.claimed, assigned_agent = agent, started_at = coalesce(started_at, now()),
    updated_at = now(), status_since = now() WHERE id = task.id;
  INSERT INTO app.task_history (task_id, old_status, new_status, agent)
    VALUES (task.id, task.status, stage.claimed, agent);
  INSERT INTO app.task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
    VALUES (task.id, agent, stage.phase, task.status, stage.claimed, now()) RETURNING * INTO opened;
  RETURN opened;
END $$;
COMMENT ON FUNCTION open_session(tasks, text) IS '@behavior -*';

CREATE FUNCTION claim_task(task_key text, agent text) RETURNS task_sessions LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  task app.tasks;
BEGIN
  SELECT * INTO task FROM app.tasks WHERE key = task_key FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no task %', task_key;
  END IF;
  RETURN app.open_session(task, agent);
END $$;

CREATE FUNCTION claim_next_task(agent text) RETURNS task_sessions LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  task app.tasks;
BEGIN
  SELECT * INTO task FROM app.tasks
    WHERE status IN
      ('ready_for_refinement', 'ready_for_development', 'ready_for_code_review', 'ready_for_qa', 'ready_for_approval')
      AND (depends_on IS NULL OR NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements_text(depends_on) AS dependency
        JOIN app.tasks AS needed ON needed.key = dependency
        WHERE needed.status NOT IN ('completed', 'cancelled')))
    ORDER BY execution_order NULLS LAST, priority, status_since, id
    LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN app.open_session(task, agent);
END $$;

CREATE FUNCTION finish_task(task_key text, notes text) RETURNS task_sessions LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  task app.tasks;
  stage app.stages;
  closed app.task_sessions;
BEGIN
  SELECT * INTO task FROM app.tasks WHERE key = task_key FOR UPDATE;
  SELECT * INTO stage FROM app.stages WHERE claimed = task.status;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Task % cannot be finished in status %', task_key, task.status;
  END IF;
  UPDATE app.tasks SET status = stage.finished, assigned_agent = NULL, updated_at = now(), status_since = now(),
    completed_at = CASE WHEN stage.finished = 'completed' THEN now() END WHERE id = task.id;
  UPDATE app.task_sessions SET ended_at = now(), outcome = 'completed', notes = finish_task.notes,
    closed_from = task.status, closed_to = stage.finished
    WHERE task_id = task.id AND ended_at IS NULL RETURNING * INTO closed;
  INSERT INTO app.task_history (task_id, old_status, new_status, agent, notes)
    VALUES (task.id, task.status, stage.finished, closed.agent_id, finish_task.notes);
  RETURN closed;
END $$;

CREATE FUNCTION tasks_active_session(task tasks) RETURNS task_sessions LANGUAGE sql STABLE AS $$
  SELECT * FROM app.task_sessions WHERE task_id = task.id AND ended_at IS NULL
$$;

CREATE TYPE phase_duration AS (
  phase text,
  session_count integer,
  avg_minutes double precision,
  median_minutes double precision,
  p90_minutes double precision,
  p99_minutes double precision,
  rejection_rate_pct double precision
);
CREATE FUNCTION phase_durations() RETURNS SETOF phase_duration LANGUAGE sql STABLE AS $$
  SELECT phase, count(*)::integer, avg(duration_minutes),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_minutes),
    percentile_disc(0.9) WITHIN GROUP (ORDER BY duration_minutes),
    percentile_disc(0.99) WITHIN GROUP (ORDER BY duration_minutes),
    100.0 * count(*) FILTER (WHERE outcome = 'rejected') / count(*)
  FROM app.task_sessions WHERE ended_at IS NOT NULL GROUP BY phase ORDER BY phase
$$;
