-- Steps summed to the published grains, each by the structure of units it belongs to (epoch). The levels that the batch
-- starts from stand on its first day.
CREATE OR REPLACE TEMP TABLE steps_spread AS
SELECT day, CAST(kind AS SMALLINT) AS kind, CAST(slice_key AS INTEGER) AS slice_key, node, :sums
FROM (
  SELECT o.day, 1 AS kind, e.ancestor AS slice_key, o.node, :columns
  FROM (SELECT day, slice // 32768 AS outlet, node, epoch, :sums FROM steps GROUP BY 1, 2, 3, 4) AS o
  JOIN edges AS e ON e.outlet = o.outlet AND e.valid_from <= o.epoch AND e.valid_to > o.epoch
  UNION ALL
  SELECT day, 2, slice % 8, node, :sums FROM steps GROUP BY 1, 3, 4
  UNION ALL
  SELECT day, 3, (slice // 8) % 4096, node, :sums FROM steps GROUP BY 1, 3, 4
  UNION ALL
  SELECT :first_day, kind, slice_key, node, :columns FROM levels_start
) AS every_kind
GROUP BY day, kind, slice_key, node;
