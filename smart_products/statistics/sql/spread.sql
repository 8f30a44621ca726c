-- Sums of a table by node and slice at the published grains: kind 1 unit (every level of the tree by :edges),
-- 2 tier, 3 channel. A slice is (outlet * 4096 + channel) * 8 + tier.
CREATE OR REPLACE TEMP TABLE :target AS
SELECT CAST(kind AS SMALLINT) AS kind, CAST(slice_key AS INTEGER) AS slice_key, node, :sums
FROM (
  SELECT 1 AS kind, e.ancestor AS slice_key, o.node, :columns
  FROM (SELECT slice // 32768 AS outlet, node, :sums FROM :table GROUP BY 1, 2) AS o
  JOIN :edges AS e ON e.outlet = o.outlet
  UNION ALL
  SELECT 2, slice % 8, node, :sums FROM :table GROUP BY 2, 3
  UNION ALL
  SELECT 3, (slice // 8) % 4096, node, :sums FROM :table GROUP BY 2, 3
) AS every_kind
GROUP BY kind, slice_key, node;
