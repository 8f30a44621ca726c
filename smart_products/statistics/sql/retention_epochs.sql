-- The as-of days between which something is known of a client that cannot be told from his days alone: his tier, once
-- his first fact has come, and on the basis of confirmed signings that one was withdrawn.
CREATE OR REPLACE TEMP TABLE epochs AS
SELECT b.node, b.client_id, b.since,
  coalesce(lead(b.since) OVER (PARTITION BY b.node, b.client_id ORDER BY b.since), DATE '9999-12-31') AS until,
  coalesce(arg_max(t.tier, t.fact_day) FILTER (WHERE t.fact_day <= b.since), arg_min(t.tier, t.fact_day), 1) AS tier
FROM (
  SELECT node, client_id, DATE '0001-01-01' AS since FROM graded
  UNION
  SELECT node, client_id, fact_day
  FROM (SELECT *, row_number() OVER (PARTITION BY node, client_id ORDER BY fact_day) AS place FROM graded) AS again
  WHERE place > 1
  UNION
  SELECT n.node, i.client_id, unnest([DATE '0001-01-01', i.ended])
  FROM cut_intervals AS i JOIN nodes AS n ON (n.mask & i.power) <> 0
  WHERE :confirmed AND i.reason = 1 AND i.ended < DATE '9999-12-31'
) AS b
LEFT JOIN graded AS t ON t.node = b.node AND t.client_id = b.client_id
GROUP BY b.node, b.client_id, b.since;
