-- The accounts as a batch finds them, and their counts in each cell: asked for only where units changed their places
-- in the tree on the first day, since the counts of a unit are then no longer those of the day before.
CREATE TABLE accounts_start AS
SELECT client_id, mask, client_mask, slice + CASE WHEN slice % 8 = 0 THEN 1 ELSE 0 END AS slice, signed, is_head,
  has_open, value
FROM accounts_before;

CREATE TABLE counts_start AS
SELECT n.node, a.slice, count(*) AS accounts,
  count(CASE WHEN a.signed = 1 AND a.value > 0 THEN 1 END) AS funded, 0 AS retained, 0 AS on_books
FROM accounts_start AS a JOIN nodes AS n ON (n.mask & a.mask) <> 0
GROUP BY n.node, a.slice
UNION ALL
SELECT f.node, f.slice, 0, count(*), 0, 0
FROM (
  SELECT a.client_id, n.node, a.slice
  FROM accounts_start AS a JOIN nodes AS n ON (n.mask & a.mask) <> 0
  WHERE a.signed > 1
  GROUP BY a.client_id, n.node, a.slice
  HAVING sum(a.value) > 0
) AS f
GROUP BY f.node, f.slice
UNION ALL
SELECT n.node, a.slice, 0, 0, count(*), 0
FROM accounts_start AS a JOIN nodes AS n ON (n.mask & a.client_mask) <> 0
WHERE a.is_head
GROUP BY n.node, a.slice
UNION ALL
SELECT 0, a.slice, 0, 0, 0, count(*) FROM accounts_start AS a WHERE a.is_head AND a.has_open GROUP BY a.slice;
