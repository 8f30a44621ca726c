-- Counts of accounts and clients, and first-sign retention by the slice of the first signing, at the close of each day
-- asked for, from the members of that day and the first signings up to it.
CREATE OR REPLACE TEMP TABLE inside_members AS
SELECT m.day, m.client_id, m.mask, m.client_mask, m.is_head, m.has_open, m.value
FROM near_members AS m WHERE is_inside(m.slice, m.day);

CREATE OR REPLACE TEMP TABLE inside_signs AS
SELECT * FROM near_signs WHERE is_inside(slice, started);

CREATE OR REPLACE TEMP TABLE cube_members AS
SELECT day, node, CAST(sum(accounts) AS BIGINT) AS accounts, CAST(sum(funded) AS BIGINT) AS funded,
  CAST(sum(retained) AS BIGINT) AS retained, CAST(sum(on_books) AS BIGINT) AS on_books,
  CAST(sum(first_clients) AS BIGINT) AS first_clients, CAST(sum(first_retained) AS BIGINT) AS first_retained,
  CAST(sum(first_days) AS BIGINT) AS first_days, CAST(sum(observable_180) AS BIGINT) AS observable_180,
  CAST(sum(retained_180) AS BIGINT) AS retained_180
FROM (
  SELECT m.day, n.node, count(*) AS accounts, 0 AS funded, 0 AS retained, 0 AS on_books, 0 AS first_clients,
    0 AS first_retained, 0 AS first_days, 0 AS observable_180, 0 AS retained_180
  FROM inside_members AS m JOIN nodes AS n ON (n.mask & m.mask) <> 0 GROUP BY m.day, n.node
  UNION ALL
  SELECT day, node, 0, count(*), 0, 0, 0, 0, 0, 0, 0 FROM (
    SELECT m.day, m.client_id, n.node FROM inside_members AS m JOIN nodes AS n ON (n.mask & m.mask) <> 0
    GROUP BY m.day, m.client_id, n.node HAVING sum(m.value) > 0) AS funded_clients
  GROUP BY day, node
  UNION ALL
  SELECT m.day, n.node, 0, 0, count(*), 0, 0, 0, 0, 0, 0
  FROM inside_members AS m JOIN nodes AS n ON (n.mask & m.client_mask) <> 0 WHERE m.is_head GROUP BY m.day, n.node
  UNION ALL
  SELECT m.day, 0, 0, 0, 0, count(*), 0, 0, 0, 0, 0 FROM inside_members AS m WHERE m.is_head AND m.has_open GROUP BY m.day
  UNION ALL
  SELECT a.day, s.node, 0, 0, 0, 0, count(*), count(CASE WHEN (s.mask & m.client_mask) <> 0 THEN 1 END),
    sum(date_diff('day', s.started, a.day)), 0, 0
  FROM inside_signs AS s
  JOIN asked AS a ON s.fact_day <= a.day AND s.until > a.day AND s.started > a.window_start
  JOIN near_members AS m ON m.day = a.day AND m.client_id = s.client_id AND m.is_head
  GROUP BY a.day, s.node
  UNION ALL
  SELECT a.day, s.node, 0, 0, 0, 0, 0, 0, 0, count(*), sum(s.seen_180)
  FROM inside_signs AS s JOIN asked AS a ON s.fact_day <= a.day AND s.until > a.day AND s.started + 180 <= a.day
  GROUP BY a.day, s.node
) AS parts
GROUP BY day, node;
