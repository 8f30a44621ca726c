-- Of the first signings known before the batch those that can change a figure in it: they leave the six months or
-- come to their 180th day, or something happens to their client. `counted` names the days that count in each file.
CREATE OR REPLACE TEMP TABLE young_signs AS
SELECT * FROM stored_signs AS s
WHERE (s.started > :window_before AND s.started <= :window_start) OR (s.started > :seen_after AND s.started <= :seen_until)
UNION ALL
SELECT s.* FROM stored_signs AS s
SEMI JOIN batch_events AS e ON e.client_id = s.client_id
WHERE NOT ((s.started > :window_before AND s.started <= :window_start)
  OR (s.started > :seen_after AND s.started <= :seen_until));

CREATE OR REPLACE TEMP TABLE first_signs AS
SELECT s.fact_day, s.client_id, s.node, s.started, s.slice, e.epoch
FROM young_signs AS s
SEMI JOIN counted AS c ON c.filename = s.filename AND c.fact_day = s.fact_day
ASOF JOIN (SELECT DISTINCT valid_from AS epoch FROM edges) AS e ON e.epoch <= s.started
UNION ALL
SELECT * FROM chain_signs;
