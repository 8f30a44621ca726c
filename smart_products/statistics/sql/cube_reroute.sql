-- What outlets that changed their place take along, by day and node: the assets and clients they kept. What left them on
-- that very day stays with the unit they came from.
CREATE OR REPLACE TEMP TABLE cube_reroute AS
SELECT c.day, k.node, CAST(sum(c.direction * (k.assets - coalesce(t.went, 0))) AS BIGINT),
  CAST(sum(c.direction * (k.retained - coalesce(t.lapsed, 0))) AS BIGINT),
  CAST(sum(-c.direction * coalesce(t.lapsed, 0)) AS BIGINT), :left_columns
FROM changes AS c
JOIN (
  SELECT day, outlet, node, sum(assets) AS assets, sum(retained) AS retained
  FROM (
    SELECT e.day, e.slice // 32768 AS outlet, n.node, e.assets, 0 AS retained
    FROM eve_cube AS e JOIN nodes AS n ON (n.mask & e.mask) <> 0
    UNION ALL
    SELECT e.day, e.slice // 32768, n.node, 0, 1
    FROM eve_members AS e JOIN nodes AS n ON (n.mask & e.client_mask) <> 0
  ) AS parts
  GROUP BY day, outlet, node
) AS k ON k.day = c.before AND k.outlet = c.outlet
LEFT JOIN (
  SELECT day, slice // 32768 AS outlet, node, sum(lapsed) AS lapsed, sum(:left_total) AS went, :left_sums
  FROM :terms GROUP BY 1, 2, 3
) AS t ON t.day = c.day AND t.outlet = c.outlet AND t.node = k.node
GROUP BY c.day, k.node;
