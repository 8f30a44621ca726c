-- Outlets that came under the unit (1) or left it (-1) between two fact days.
CREATE OR REPLACE TEMP TABLE changes AS
SELECT p.day, p.before, i.outlet, CAST(sum(i.direction) AS INTEGER) AS direction
FROM pairs AS p
JOIN (
  SELECT outlet, since AS on_day, 1 AS direction FROM inside
  UNION ALL SELECT outlet, until, -1 FROM inside
) AS i ON i.on_day > p.before AND i.on_day <= p.day
GROUP BY p.day, p.before, i.outlet
HAVING sum(i.direction) <> 0;
