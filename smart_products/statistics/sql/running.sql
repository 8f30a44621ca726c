-- Counts and first-sign retention as of each day: what the batch started from and all steps up to the day. A cell is
-- summed where it steps, and stands until it steps again.
CREATE OR REPLACE TEMP TABLE running AS
SELECT d.day, r.kind, r.slice_key, r.node, :columns
FROM (
  SELECT kind, slice_key, node, :columns, unnest(range(idx, until)) AS idx
  FROM (
    SELECT s.kind, s.slice_key, s.node, d.idx,
      coalesce(lead(d.idx) OVER w, (SELECT max(idx) + 1 FROM batch)) AS until, :running
    FROM steps_spread AS s JOIN batch AS d ON d.day = s.day
    WINDOW w AS (PARTITION BY s.kind, s.slice_key, s.node ORDER BY d.idx ROWS UNBOUNDED PRECEDING)
  ) AS stepped
) AS r
JOIN batch AS d ON d.idx = r.idx;
