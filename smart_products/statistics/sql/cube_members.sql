-- Counts of accounts and clients, and first-sign retention by the slice of the first signing, from the members of
-- :day.
CREATE OR REPLACE TEMP TABLE cube_members AS
WITH members AS (SELECT client_id, mask, client_mask, is_head, has_open, value, slice FROM :members),
signs AS (
  SELECT s.client_id, s.node, s.started, n.mask
  FROM :signings AS s JOIN nodes AS n ON n.node = s.node
  WHERE s.started >= :known_from
)
SELECT n.node, coalesce(a.accounts, 0) AS accounts, coalesce(f.funded, 0) AS funded,
  coalesce(r.retained, 0) AS retained, coalesce(b.on_books, 0) AS on_books, coalesce(t.clients, 0) AS first_clients,
  coalesce(t.retained, 0) AS first_retained, coalesce(t.days, 0) AS first_days,
  coalesce(o.observable, 0) AS observable_180, coalesce(o.retained, 0) AS retained_180
FROM nodes AS n
LEFT JOIN (
  SELECT n.node, count(*) AS accounts FROM members AS m JOIN nodes AS n ON (n.mask & m.mask) <> 0
  WHERE is_inside(m.slice) GROUP BY n.node
) AS a ON a.node = n.node
LEFT JOIN (
  SELECT n.node, count(*) AS retained FROM members AS m JOIN nodes AS n ON (n.mask & m.client_mask) <> 0
  WHERE m.is_head AND is_inside(m.slice) GROUP BY n.node
) AS r ON r.node = n.node
LEFT JOIN (
  SELECT 0 AS node, count(*) AS on_books FROM members AS m WHERE m.is_head AND m.has_open AND is_inside(m.slice)
) AS b ON b.node = n.node
LEFT JOIN (
  SELECT node, count(*) AS funded FROM (
    SELECT m.client_id, n.node FROM members AS m JOIN nodes AS n ON (n.mask & m.mask) <> 0
    WHERE is_inside(m.slice) GROUP BY m.client_id, n.node HAVING sum(m.value) > 0) AS clients
  GROUP BY node
) AS f ON f.node = n.node
LEFT JOIN (
  SELECT s.node, count(*) AS clients, count(CASE WHEN (s.mask & m.client_mask) <> 0 THEN 1 END) AS retained,
    CAST(sum(date_diff('day', s.started, :day)) AS BIGINT) AS days
  FROM signs AS s JOIN members AS m ON m.client_id = s.client_id AND m.is_head
  WHERE s.started > :window
  GROUP BY s.node
) AS t ON t.node = n.node
LEFT JOIN (
  SELECT node, count(*) AS observable, CAST(sum(in_force) AS BIGINT) AS retained FROM (
    SELECT s.node, s.client_id,
      max(CASE WHEN i.started <= s.started + 180 AND i.ended > s.started + 180 THEN 1 ELSE 0 END) AS in_force
    FROM signs AS s
    JOIN :intervals AS i ON i.client_id = s.client_id AND (i.power & s.mask) <> 0
    WHERE s.started + 180 <= :day
    GROUP BY s.node, s.client_id) AS seen
  GROUP BY node
) AS o ON o.node = n.node;
