-- Signed assets of each day at the published grains, from the money by masks and slices.
CREATE OR REPLACE TEMP TABLE mask_nodes AS
SELECT m.mask, n.node
FROM (SELECT DISTINCT mask FROM day_cube) AS m
JOIN nodes AS n ON (n.mask & m.mask) <> 0;

CREATE OR REPLACE TEMP TABLE assets_spread AS
SELECT day, CAST(kind AS SMALLINT) AS kind, CAST(slice_key AS INTEGER) AS slice_key, node,
  CAST(sum(assets) AS BIGINT) AS assets
FROM (
  SELECT o.day, 1 AS kind, e.ancestor AS slice_key, o.node, o.assets
  FROM (
    SELECT c.day, c.slice // 32768 AS outlet, m.node, sum(c.assets) AS assets
    FROM day_cube AS c JOIN mask_nodes AS m ON m.mask = c.mask GROUP BY 1, 2, 3) AS o
  JOIN edges_now AS e ON e.outlet = o.outlet
  UNION ALL
  SELECT t.day, 2, t.tier, m.node, t.assets
  FROM (SELECT day, slice % 8 AS tier, mask, sum(assets) AS assets FROM day_cube GROUP BY 1, 2, 3) AS t
  JOIN mask_nodes AS m ON m.mask = t.mask
  UNION ALL
  SELECT h.day, 3, h.channel, m.node, h.assets
  FROM (SELECT day, (slice // 8) % 4096 AS channel, mask, sum(assets) AS assets FROM day_cube GROUP BY 1, 2, 3) AS h
  JOIN mask_nodes AS m ON m.mask = h.mask
) AS every_kind
GROUP BY day, kind, slice_key, node;
