-- Sums of a table by day, node and slice at the published grains: kind 1 unit (every level of the tree by edges_now),
-- 2 tier, 3 channel. A slice is (outlet * 4096 + channel) * 8 + tier.
CREATE OR REPLACE TEMP TABLE :target AS
SELECT day, CAST(kind AS SMALLINT) AS kind, CAST(slice_key AS INTEGER) AS slice_key, node, :sums
FROM (
  SELECT o.day, 1 AS kind, e.ancestor AS slice_key, o.node, :columns
  FROM (SELECT day, slice // 32768 AS outlet, node, :sums FROM :table GROUP BY 1, 2, 3) AS o
  JOIN edges_now AS e ON e.outlet = o.outlet
  UNION ALL
  SELECT day, 2, slice % 8, node, :sums FROM :table GROUP BY 1, 3, 4
  UNION ALL
  SELECT day, 3, (slice // 8) % 4096, node, :sums FROM :table GROUP BY 1, 3, 4
) AS every_kind
GROUP BY day, kind, slice_key, node;
