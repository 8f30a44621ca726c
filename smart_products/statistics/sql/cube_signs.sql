-- First signings near the slices asked for, each for as long as it stood so, and whether it lasted 180 days; and the heads
-- of their clients, wherever they stand on the days asked for, beside the members near the slices.
CREATE OR REPLACE TEMP TABLE signings AS FROM :signings;

CREATE OR REPLACE TEMP TABLE near_signs AS
SELECT s.fact_day, s.until, s.client_id, s.node, s.started, s.slice, n.mask,
  max(CASE WHEN i.started <= s.started + 180 AND i.ended > s.started + 180 THEN 1 ELSE 0 END) AS seen_180
FROM (
  SELECT *, coalesce(lead(fact_day) OVER (PARTITION BY client_id, node ORDER BY fact_day), DATE '9999-12-31') AS until
  FROM signings SEMI JOIN (SELECT client_id FROM signings WHERE is_near(slice)) AS c USING (client_id)
) AS s
JOIN nodes AS n ON n.node = s.node
JOIN :intervals AS i ON i.client_id = s.client_id AND (i.power & n.mask) <> 0
WHERE s.started >= :known_from AND is_near(s.slice)
GROUP BY s.fact_day, s.until, s.client_id, s.node, s.started, s.slice, n.mask;

CREATE OR REPLACE TEMP TABLE near_members AS
SELECT day, client_id, mask, client_mask, is_head, has_open, value, slice
FROM :members
WHERE is_near(slice) OR (is_head AND client_id IN (SELECT client_id FROM near_signs));
