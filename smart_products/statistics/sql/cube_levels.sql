-- Levels by day and node: money from the cube rows given, by the mask of the account.
CREATE OR REPLACE TEMP TABLE cube_levels AS
SELECT c.day, n.node, CAST(sum(c.assets) AS BIGINT) AS assets
FROM (SELECT day, mask, sum(assets) AS assets FROM :cube GROUP BY day, mask) AS c
JOIN nodes AS n ON (n.mask & c.mask) <> 0
GROUP BY c.day, n.node;
