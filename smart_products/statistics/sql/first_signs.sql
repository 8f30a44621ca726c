-- First signings of the days gathered: one row a client and node, in the slice the client stood in on the calendar
-- day of the signing; in a month after that of the fact day before, the tier is the one which that day's close has set.
-- `epoch` is the first day of the structure of units in which that slice lies.
CREATE OR REPLACE TEMP TABLE batch_signs AS
SELECT s.fact_day, s.client_id, s.node, s.started,
  (CAST(p.outlet AS BIGINT) * 4096 + p.channel) * 8
    + CASE WHEN s.opening OR s.is_new OR date_trunc('month', s.started) > date_trunc('month', s.before)
           THEN s.slice % 8 ELSE s.slice_before % 8 END AS slice,
  e.epoch, FALSE AS regraded
FROM (
  SELECT c.day AS fact_day, c.client_id, n.node, min(i.started) AS started, c.slice, c.slice_before, d.opening,
    d.before, c.is_new
  FROM day_clients AS c
  JOIN batch AS d ON d.day = c.day
  JOIN nodes AS n ON (n.mask & c.ever) <> 0 AND (n.mask & c.ever_before) = 0
  JOIN cut_intervals AS i ON i.client_id = c.client_id AND (i.power & n.mask) <> 0
  GROUP BY c.day, c.client_id, n.node, c.slice, c.slice_before, d.opening, d.before, c.is_new
) AS s
JOIN cut_placements AS p ON p.client_id = s.client_id AND p.valid_from <= s.started AND p.valid_to > s.started
ASOF JOIN (SELECT DISTINCT valid_from AS epoch FROM edges) AS e ON e.epoch <= s.started;

-- Whose first fact comes after his first signing gets his tier then, and his signing with him.
CREATE OR REPLACE TEMP TABLE batch_regrades AS
SELECT c.day AS fact_day, f.client_id, f.node, f.started, f.slice - f.slice % 8 + c.slice % 8 AS slice, f.epoch,
  TRUE AS regraded
FROM day_clients AS c
JOIN (FROM first_signs UNION ALL FROM batch_signs) AS f ON f.client_id = c.client_id AND f.fact_day < c.day
WHERE c.is_new AND c.slice % 8 <> 1;

-- First signings with the slice they count in, from `fact_day` to `until`, both inclusive.
CREATE OR REPLACE TEMP TABLE signs AS
SELECT f.*, coalesce(r.fact_day - 1, DATE '9999-12-31') AS until
FROM (FROM first_signs UNION ALL FROM batch_signs) AS f
LEFT JOIN batch_regrades AS r ON r.client_id = f.client_id AND r.node = f.node
UNION ALL
SELECT *, DATE '9999-12-31' FROM batch_regrades;

INSERT INTO chain_signs FROM batch_signs;
INSERT INTO chain_signs FROM batch_regrades;
