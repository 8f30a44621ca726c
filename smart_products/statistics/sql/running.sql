-- Levels that step: the level before the batch and all steps up to each day, at the published grains.
CREATE OR REPLACE TEMP TABLE :target AS
SELECT d.day, k.kind, k.slice_key, k.node, :running
FROM (SELECT DISTINCT kind, slice_key, node FROM :table) AS k
CROSS JOIN batch AS d
LEFT JOIN :table AS s
  ON s.kind = k.kind AND s.slice_key = k.slice_key AND s.node = k.node AND s.day = d.day
WINDOW w AS (PARTITION BY k.kind, k.slice_key, k.node ORDER BY d.day);
