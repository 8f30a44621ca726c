-- Levels by day and node of the cube rows given: money by the mask of the account, heads by the mask of the client.
CREATE OR REPLACE TEMP TABLE cube_levels AS
SELECT day, node, CAST(sum(assets) AS BIGINT) AS assets, CAST(sum(accounts) AS BIGINT) AS accounts,
  CAST(sum(funded) AS BIGINT) AS funded, CAST(sum(retained) AS BIGINT) AS retained,
  CAST(sum(on_books) AS BIGINT) AS on_books
FROM (
  SELECT c.day, n.node, c.assets, c.accounts, c.funded, 0 AS retained, 0 AS on_books
  FROM (SELECT day, mask, sum(assets) AS assets, sum(accounts) AS accounts, sum(funded) AS funded
        FROM :cube WHERE mask <> 0 GROUP BY day, mask) AS c
  JOIN nodes AS n ON (n.mask & c.mask) <> 0
  UNION ALL
  SELECT c.day, n.node, 0, 0, 0, c.heads, 0
  FROM (SELECT day, head_mask, sum(heads) AS heads FROM :cube WHERE head_mask <> 0 GROUP BY day, head_mask) AS c
  JOIN nodes AS n ON (n.mask & c.head_mask) <> 0
  UNION ALL
  SELECT day, 0, 0, 0, 0, 0, sum(on_books) FROM :cube GROUP BY day
) AS parts
GROUP BY day, node;
