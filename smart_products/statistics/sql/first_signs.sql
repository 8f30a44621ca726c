-- First signings since the day before, in the slice the client stands in, and who of the earlier ones is still here.
CREATE OR REPLACE TEMP TABLE first_signs_today AS
SELECT c.client_id, n.node, min(i.started) AS started, c.slice, (n.mask & max(c.mask)) <> 0 AS is_retained
FROM heads AS c
JOIN nodes AS n ON (n.mask & c.ever) <> 0 AND (:opening OR (n.mask & c.ever_before) = 0)
JOIN touched_intervals AS i ON i.client_id = c.client_id AND (i.power & n.mask) <> 0
GROUP BY c.client_id, n.node, n.mask, c.slice;

UPDATE first_signs SET is_retained = (n.mask & h.mask) <> 0
FROM heads AS h, nodes AS n
WHERE h.mask <> h.mask_before AND first_signs.client_id = h.client_id AND first_signs.node = n.node;

INSERT INTO first_signs SELECT * FROM first_signs_today;

INSERT INTO tenure_180
SELECT f.node, f.slice, count(*), sum(f.in_force)
FROM (
  SELECT f.client_id, f.node, f.slice,
    max(CASE WHEN i.started <= f.started + 180 AND i.ended > f.started + 180 THEN 1 ELSE 0 END) AS in_force
  FROM first_signs AS f
  JOIN nodes AS n ON n.node = f.node
  JOIN cut_intervals AS i ON i.client_id = f.client_id AND (i.power & n.mask) <> 0
  WHERE f.started + 180 > :before AND f.started + 180 <= :day AND f.started >= :known_from
  GROUP BY f.client_id, f.node, f.slice
) AS f
GROUP BY f.node, f.slice;

CREATE OR REPLACE TEMP TABLE tenure AS
SELECT node, slice, sum(clients) AS first_clients, sum(retained) AS first_retained, sum(days) AS first_days,
  sum(observable) AS observable_180, sum(retained_180) AS retained_180
FROM (
  SELECT node, slice, count(*) AS clients, sum(CASE WHEN is_retained THEN 1 ELSE 0 END) AS retained,
    sum(date_diff('day', started, :day)) AS days, 0 AS observable, 0 AS retained_180
  FROM first_signs
  WHERE started > CAST(:day - INTERVAL 6 MONTH AS DATE) AND started >= :known_from
  GROUP BY node, slice
  UNION ALL
  SELECT node, slice, 0, 0, 0, observable, retained FROM tenure_180
) AS parts
GROUP BY node, slice;
