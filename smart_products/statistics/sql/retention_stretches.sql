-- Every stretch of a client in a node, with all that retention counts by it: where he stood at his first signing, when
-- that and the spell began, and when he comes again. A row holds for the as-of days from `since` until `until`, and what
-- it says is true of each of them once what lies after the day is left out: a stretch that has not begun, an end that
-- has not come. Of clients in `epochs` there are rows for each of their epochs, of anybody else for all days.
CREATE OR REPLACE TEMP TABLE held AS
SELECT n.node, i.client_id, coalesce(e.since, DATE '0001-01-01') AS since, coalesce(e.until, DATE '9999-12-31') AS until,
  coalesce(e.tier, 1) AS tier, i.started, i.ended, min(i.reason) AS reason
FROM cut_intervals AS i
JOIN nodes AS n ON (n.mask & i.power) <> 0
LEFT JOIN epochs AS e ON e.node = n.node AND e.client_id = i.client_id
WHERE NOT (:confirmed AND i.reason = 1 AND i.ended <= coalesce(e.since, DATE '0001-01-01'))
GROUP BY n.node, i.client_id, e.since, e.until, e.tier, i.started, i.ended;

-- Intervals that overlap or touch are one stretch in force; its reason is that of the subscription that ended last.
-- Equal intervals are one row: the windows below read their rows twice and must find one order.
CREATE OR REPLACE TEMP TABLE joined AS
SELECT node, client_id, since, until, tier, min(started) AS started, max(ended) AS ended,
  min((DATE '9999-12-31' - ended) * 8 + reason) % 8 AS reason
FROM (
  SELECT *, sum(opens) OVER (PARTITION BY node, client_id, since ORDER BY started, ended ROWS UNBOUNDED PRECEDING) AS place
  FROM (
    SELECT *, CASE WHEN started <= max(ended) OVER (
      PARTITION BY node, client_id, since ORDER BY started, ended ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) THEN 0 ELSE 1 END AS opens
    FROM held
  ) AS ordered
) AS placed
GROUP BY node, client_id, since, until, tier, place;

-- Stretches with less than :gap days between them are one spell.
CREATE OR REPLACE TEMP TABLE stretches AS
SELECT s.node, s.client_id, s.since, s.until, p.outlet, p.channel, s.tier, s.first_started, s.started, s.ended, s.reason,
  s.next_started, s.next_held, max(CASE WHEN s.opens THEN s.started END) OVER (
    PARTITION BY s.node, s.client_id, s.since ORDER BY s.started ROWS UNBOUNDED PRECEDING
  ) AS spell_started
FROM (
  SELECT *, min(started) OVER (PARTITION BY node, client_id, since) AS first_started,
    coalesce(started - lag(ended) OVER (PARTITION BY node, client_id, since ORDER BY started) >= :gap, TRUE) AS opens,
    lead(started) OVER (PARTITION BY node, client_id, since ORDER BY started) AS next_started,
    min(CASE WHEN ended > started THEN started END) OVER (
      PARTITION BY node, client_id, since ORDER BY started ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ) AS next_held
  FROM joined
) AS s
JOIN cut_placements AS p
  ON p.client_id = s.client_id AND p.valid_from <= s.first_started AND p.valid_to > s.first_started;

DROP TABLE held;
DROP TABLE joined;
DROP TABLE epochs;
