-- First-sign retention steps: who comes into the six months up to a day, who grows out of them, and who of those
-- inside leaves or returns; who becomes observable on the 180th day; and who gets his tier after his signing. Reads
-- subscriptions alone.
CREATE OR REPLACE TEMP TABLE tenure_steps AS
SELECT d.day, f.node, f.slice, f.epoch, 1 AS first_clients,
  CASE WHEN (n.mask & c.mask) <> 0 THEN 1 ELSE 0 END AS first_retained,
  date_diff('day', DATE '1990-12-19', f.started) AS first_started, 0 AS observable, 0 AS retained_180
FROM batch_signs AS f
JOIN batch AS d ON d.day = f.fact_day
JOIN nodes AS n ON n.node = f.node
JOIN day_clients AS c ON c.day = f.fact_day AND c.client_id = f.client_id
WHERE f.started > d.window_start AND f.started >= :known_from
UNION ALL
SELECT g.day, g.node, g.slice, g.epoch, -1, -max(CASE WHEN i.started <= g.before AND i.ended > g.before THEN 1 ELSE 0 END),
  -date_diff('day', DATE '1990-12-19', g.started), 0, 0
FROM (
  SELECT d.day, d.before, f.client_id, f.node, f.slice, f.epoch, f.started, n.mask
  FROM signs AS f
  JOIN batch AS d ON f.started > d.window_before AND f.started <= d.window_start
    AND (f.fact_day < d.day OR (f.regraded AND f.fact_day = d.day)) AND f.until >= d.day
  JOIN nodes AS n ON n.node = f.node
  WHERE f.started >= :known_from
) AS g
JOIN cut_intervals AS i ON i.client_id = g.client_id AND (i.power & g.mask) <> 0
GROUP BY g.day, g.client_id, g.node, g.slice, g.epoch, g.started
UNION ALL
SELECT c.day, f.node, f.slice, f.epoch, 0, CASE WHEN (n.mask & c.mask) <> 0 THEN 1 ELSE -1 END, 0, 0, 0
FROM day_clients AS c
JOIN batch AS d ON d.day = c.day
JOIN signs AS f ON f.client_id = c.client_id AND f.started > d.window_start
  AND (f.fact_day < c.day OR (f.regraded AND f.fact_day = c.day)) AND f.until >= c.day
JOIN nodes AS n ON n.node = f.node
WHERE ((n.mask & c.mask) <> 0) <> ((n.mask & c.mask_before) <> 0) AND f.started >= :known_from
UNION ALL
SELECT g.day, g.node, g.slice, g.epoch, 0, 0, 0, 1,
  max(CASE WHEN i.started <= g.seen_on AND i.ended > g.seen_on THEN 1 ELSE 0 END)
FROM (
  SELECT d.day, f.client_id, f.node, f.slice, f.epoch, f.started + 180 AS seen_on, n.mask
  FROM signs AS f
  JOIN batch AS d ON f.started + 180 <= d.day AND f.fact_day <= d.day AND f.until >= d.day
    AND (f.started + 180 > d.before OR (f.fact_day = d.day AND NOT f.regraded))
  JOIN nodes AS n ON n.node = f.node
  WHERE f.started >= :known_from
) AS g
JOIN cut_intervals AS i ON i.client_id = g.client_id AND (i.power & g.mask) <> 0
GROUP BY g.day, g.client_id, g.node, g.slice, g.epoch, g.seen_on
UNION ALL
SELECT m.day, m.node, t.slice, m.epoch, t.direction * m.inside, t.direction * m.inside * m.retained,
  t.direction * m.inside * date_diff('day', DATE '1990-12-19', m.started), t.direction * m.observable,
  t.direction * m.observable * m.retained_180
FROM (
  SELECT d.day, r.node, r.started, r.epoch, f.slice AS old_slice, r.slice AS new_slice,
    CASE WHEN f.started > d.window_before THEN 1 ELSE 0 END AS inside,
    CASE WHEN (n.mask & c.mask_before) <> 0 THEN 1 ELSE 0 END AS retained,
    CASE WHEN f.started + 180 <= d.before THEN 1 ELSE 0 END AS observable,
    max(CASE WHEN i.started <= f.started + 180 AND i.ended > f.started + 180 THEN 1 ELSE 0 END) AS retained_180
  FROM batch_regrades AS r
  JOIN batch AS d ON d.day = r.fact_day
  JOIN day_clients AS c ON c.day = r.fact_day AND c.client_id = r.client_id
  JOIN nodes AS n ON n.node = r.node
  JOIN signs AS f ON f.client_id = r.client_id AND f.node = r.node AND NOT f.regraded
  JOIN cut_intervals AS i ON i.client_id = r.client_id AND (i.power & n.mask) <> 0
  WHERE r.started >= :known_from
  GROUP BY ALL
) AS m
CROSS JOIN LATERAL (VALUES (m.old_slice, -1), (m.new_slice, 1)) AS t(slice, direction);
