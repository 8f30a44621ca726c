-- Of the first signings known before the batch those that can change a figure in it: they leave the six months or
-- come to their 180th day, or something happens to their client.
CREATE OR REPLACE TEMP TABLE young_signs AS
SELECT * FROM stored_signs
WHERE (started > :window_before AND started <= :window_start) OR (started > :seen_after AND started <= :seen_until)
  OR client_id IN (SELECT client_id FROM batch_events);

-- All first signings of a client whom the batch finds without a known fact are taken from the intervals, however old:
-- they may get another tier in the batch.
CREATE OR REPLACE TEMP TABLE first_signs AS
SELECT fact_day, client_id, node, started, slice, epoch, regraded
FROM (
  SELECT *, row_number() OVER (PARTITION BY client_id, node ORDER BY fact_day DESC) AS place
  FROM (
    SELECT fact_day, client_id, node, started, slice, epoch, regraded FROM young_signs
    UNION ALL
    SELECT * FROM chain_signs
  ) AS every_sign
  WHERE client_id NOT IN (SELECT client_id FROM unknown_clients)
) AS latest
WHERE place = 1
UNION ALL
SELECT s.fact_day, s.client_id, s.node, s.started, (CAST(p.outlet AS BIGINT) * 4096 + p.channel) * 8 + 1, e.epoch, FALSE
FROM (
  SELECT :before AS fact_day, i.client_id, n.node, min(i.started) AS started
  FROM cut_intervals AS i
  SEMI JOIN unknown_clients AS u ON u.client_id = i.client_id
  JOIN nodes AS n ON (n.mask & i.power) <> 0
  WHERE i.started <= :before
  GROUP BY i.client_id, n.node
) AS s
JOIN cut_placements AS p ON p.client_id = s.client_id AND p.valid_from <= s.started AND p.valid_to > s.started
ASOF JOIN (SELECT DISTINCT valid_from AS epoch FROM edges) AS e ON e.epoch <= s.started;
