/**
 * Queue time and work time of each phase in one SQL statement. The statement of `bottlenecks` itself only reads the
 * records of tasks and computes the result in code, so it is no fair floor. This one computes less: it does not
 * distinguish rework and does not handle missing or unordered records. It needs the workflow tables.
 */
export const queuesByHand = `
  WITH move AS (
    SELECT task_id, id, new_status AS status, CAST(ROUND(unixepoch(timestamp, 'subsec') * 1000) AS INTEGER) AS at
    FROM task_history
  ), spell AS (
    SELECT status, LEAD(at) OVER (PARTITION BY task_id ORDER BY id) - at AS milliseconds FROM move
  ), segment AS (
    SELECT known.phase AS phase, CASE WHEN spell.status LIKE 'ready_for_%' THEN 'queue' ELSE 'idle' END AS kind, milliseconds
    FROM spell JOIN workflow_statuses known ON known.name = spell.status
    WHERE milliseconds IS NOT NULL
    UNION ALL
    SELECT phase, 'work', duration_minutes * 60000 FROM task_sessions WHERE ended_at IS NOT NULL
  ), ranked AS (
    SELECT phase, kind, milliseconds, COUNT(*) OVER (PARTITION BY phase, kind) AS count,
      ROW_NUMBER() OVER (PARTITION BY phase, kind ORDER BY milliseconds) AS rank
    FROM segment
  )
  SELECT phase, kind, COUNT(*), SUM(milliseconds),
    MIN(CASE WHEN rank >= count * 0.5 THEN milliseconds END),
    MIN(CASE WHEN rank >= count * 0.85 THEN milliseconds END),
    MIN(CASE WHEN rank >= count * 0.9 THEN milliseconds END)
  FROM ranked GROUP BY phase, kind`;
