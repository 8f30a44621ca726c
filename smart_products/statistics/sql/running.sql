-- Counts and first-sign retention as of each day: what the batch started from and all steps up to the day.
CREATE OR REPLACE TEMP TABLE running AS
SELECT d.day, k.kind, k.slice_key, k.node, :running
FROM (SELECT DISTINCT kind, slice_key, node FROM steps_spread) AS k
CROSS JOIN batch AS d
LEFT JOIN steps_spread AS s
  ON s.kind = k.kind AND s.slice_key = k.slice_key AND s.node = k.node AND s.day = d.day
WINDOW w AS (PARTITION BY k.kind, k.slice_key, k.node ORDER BY d.day);
