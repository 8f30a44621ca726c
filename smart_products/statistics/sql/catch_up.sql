-- Those who became observable on the 180th day after :since and by :day, beside the sums as of :since.
INSERT INTO tenure_180
SELECT node, slice, epoch, count(*), sum(in_force) FROM (
  SELECT f.client_id, f.node, f.slice, f.epoch,
    max(CASE WHEN i.started <= f.started + 180 AND i.ended > f.started + 180 THEN 1 ELSE 0 END) AS in_force
  FROM first_signs AS f
  JOIN nodes AS n ON n.node = f.node
  JOIN cut_intervals AS i ON i.client_id = f.client_id AND (i.power & n.mask) <> 0
  WHERE f.started + 180 <= :day AND (f.started + 180 > :since OR f.fact_day > :since) AND f.started >= :known_from
  GROUP BY f.client_id, f.node, f.slice, f.epoch
) AS seen
GROUP BY node, slice, epoch;
