-- First signings of the days gathered: one row a client and node, in the slice the client stood in on the calendar
-- day of the signing. `epoch` is the first day of the structure of units in which that slice lies.
CREATE OR REPLACE TEMP TABLE batch_signs AS
SELECT s.fact_day, s.client_id, s.node, s.started,
  (p.outlet * 4096 + p.channel) * 8
    + CASE WHEN s.opening OR s.is_new OR date_trunc('month', s.started) = date_trunc('month', s.fact_day)
           THEN s.slice % 8 ELSE s.slice_before % 8 END AS slice,
  e.epoch
FROM (
  SELECT c.day AS fact_day, c.client_id, n.node, min(i.started) AS started, c.slice, c.slice_before, d.opening,
    c.is_new
  FROM day_clients AS c
  JOIN batch AS d ON d.day = c.day
  JOIN nodes AS n ON (n.mask & c.ever) <> 0 AND (n.mask & c.ever_before) = 0
  JOIN cut_intervals AS i ON i.client_id = c.client_id AND (i.power & n.mask) <> 0
  GROUP BY c.day, c.client_id, n.node, c.slice, c.slice_before, d.opening, c.is_new
) AS s
JOIN cut_placements AS p ON p.client_id = s.client_id AND p.valid_from <= s.started AND p.valid_to > s.started
ASOF JOIN (SELECT DISTINCT valid_from AS epoch FROM edges) AS e ON e.epoch <= s.started;

INSERT INTO first_signs SELECT * FROM batch_signs ORDER BY fact_day, client_id, node;
INSERT INTO chain_signs SELECT * FROM batch_signs ORDER BY fact_day, client_id, node;
