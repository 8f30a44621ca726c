-- The levels of each cell of the full cube (node x outlet x tier x channel). Only money is summed over all
-- accounts each day; heads and counts step by the deltas from where they stood.
CREATE OR REPLACE TEMP TABLE levels_now AS
SELECT CAST(node AS SMALLINT) AS node, slice, CAST(sum(assets) AS BIGINT) AS assets,
  CAST(sum(accounts) AS BIGINT) AS accounts, CAST(sum(funded) AS BIGINT) AS funded,
  CAST(sum(retained) AS BIGINT) AS retained, CAST(sum(on_books) AS BIGINT) AS on_books
FROM (
  SELECT node, slice, 0 AS assets, accounts, funded, retained, on_books FROM levels_before
  UNION ALL
  SELECT m.node, s.slice, s.assets, 0, 0, 0, 0
  FROM (
    SELECT mask, slice + CASE WHEN slice % 8 = 0 THEN 1 ELSE 0 END AS slice, CAST(sum(value) AS BIGINT) AS assets
    FROM accounts_now WHERE mask <> 0 AND value <> 0 GROUP BY 1, 2
  ) AS s
  JOIN nodes AS m ON (m.mask & s.mask) <> 0
  UNION ALL
  SELECT node, slice, 0, accounts, funded, retained, on_books FROM terms
) AS every_level
GROUP BY node, slice
HAVING sum(assets) <> 0 OR sum(accounts) <> 0 OR sum(retained) <> 0 OR sum(on_books) <> 0;
