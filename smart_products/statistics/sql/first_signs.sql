-- First signings of the days gathered: one row a client and node, in the slice the client stands in that day.
-- `epoch` is the first day of the structure of units in which that slice lies.
CREATE OR REPLACE TEMP TABLE batch_signs AS
SELECT c.day AS fact_day, c.client_id, n.node, min(i.started) AS started, c.slice, d.epoch
FROM day_clients AS c
JOIN batch AS d ON d.day = c.day
JOIN nodes AS n ON (n.mask & c.ever) <> 0 AND (n.mask & c.ever_before) = 0
JOIN cut_intervals AS i ON i.client_id = c.client_id AND (i.power & n.mask) <> 0
GROUP BY c.day, c.client_id, n.node, c.slice, d.epoch;

INSERT INTO first_signs SELECT * FROM batch_signs ORDER BY fact_day, client_id, node;
