-- Levels of each day at the published grains, from the cubes by masks and slices: money by the mask of the account,
-- heads by the mask of the client.
CREATE OR REPLACE TEMP TABLE mask_nodes AS
SELECT m.mask, n.node
FROM (SELECT DISTINCT mask FROM day_cube UNION SELECT DISTINCT head_mask FROM day_cube) AS m
JOIN nodes AS n ON (n.mask & m.mask) <> 0;

CREATE OR REPLACE TEMP TABLE levels_by_mask AS
SELECT day, kind, slice_key, mask, head_mask, sum(assets) AS assets, sum(accounts) AS accounts,
  sum(funded) AS funded, sum(heads) AS heads, sum(on_books) AS on_books
FROM (
  SELECT o.day, 1 AS kind, e.ancestor AS slice_key, o.mask, o.head_mask, o.assets, o.accounts, o.funded, o.heads,
    o.on_books
  FROM (
    SELECT day, slice // 32768 AS outlet, mask, head_mask, sum(assets) AS assets, sum(accounts) AS accounts,
      sum(funded) AS funded, sum(heads) AS heads, sum(on_books) AS on_books
    FROM day_cube GROUP BY 1, 2, 3, 4) AS o
  JOIN edges_now AS e ON e.outlet = o.outlet
  UNION ALL
  SELECT day, 2, slice % 8, mask, head_mask, assets, accounts, funded, heads, on_books FROM day_cube
  UNION ALL
  SELECT day, 3, (slice // 8) % 4096, mask, head_mask, assets, accounts, funded, heads, on_books FROM day_cube
) AS every_kind
GROUP BY day, kind, slice_key, mask, head_mask;

CREATE OR REPLACE TEMP TABLE levels_spread AS
SELECT day, CAST(kind AS SMALLINT) AS kind, CAST(slice_key AS INTEGER) AS slice_key, node,
  CAST(sum(assets) AS BIGINT) AS assets, CAST(sum(accounts) AS BIGINT) AS accounts,
  CAST(sum(funded) AS BIGINT) AS funded, CAST(sum(retained) AS BIGINT) AS retained,
  CAST(sum(on_books) AS BIGINT) AS on_books
FROM (
  SELECT l.day, l.kind, l.slice_key, m.node, l.assets, l.accounts, l.funded, 0 AS retained, 0 AS on_books
  FROM (SELECT day, kind, slice_key, mask, sum(assets) AS assets, sum(accounts) AS accounts, sum(funded) AS funded
        FROM levels_by_mask WHERE mask <> 0 GROUP BY 1, 2, 3, 4) AS l
  JOIN mask_nodes AS m ON m.mask = l.mask
  UNION ALL
  SELECT l.day, l.kind, l.slice_key, m.node, 0, 0, 0, l.heads, 0
  FROM (SELECT day, kind, slice_key, head_mask, sum(heads) AS heads
        FROM levels_by_mask WHERE head_mask <> 0 GROUP BY 1, 2, 3, 4) AS l
  JOIN mask_nodes AS m ON m.mask = l.head_mask
  UNION ALL
  SELECT day, kind, slice_key, 0, 0, 0, 0, 0, sum(on_books) FROM levels_by_mask GROUP BY 1, 2, 3
) AS parts
GROUP BY day, kind, slice_key, node;
