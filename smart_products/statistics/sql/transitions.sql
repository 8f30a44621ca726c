-- Where clients went between the closes of two days, by their products then and now. Who stood in a product at the
-- start is judged by his slice of that day, who came from outside by that of the end.
CREATE OR REPLACE TEMP TABLE paths AS
SELECT coalesce(s.mask, 0) AS was, coalesce(e.mask, 0) AS now, count(*) AS clients
FROM (SELECT client_id, mask, inside FROM heads WHERE day = :since AND mask <> 0) AS s
FULL JOIN (SELECT client_id, mask, inside FROM heads WHERE day = :day AND mask <> 0) AS e
  ON e.client_id = s.client_id
WHERE coalesce(s.inside, e.inside)
GROUP BY coalesce(s.mask, 0), coalesce(e.mask, 0);

CREATE OR REPLACE TEMP TABLE ways AS
SELECT n.node,
  CASE
    WHEN (p.was & n.mask) <> 0 AND (p.now & n.mask) <> 0 THEN 'stayed'
    WHEN (p.was & n.mask) <> 0 AND p.now = 0 THEN 'outside'
    WHEN (p.was & n.mask) <> 0 AND (p.was & p.now) <> p.now THEN 'switched_out'
    WHEN (p.was & n.mask) <> 0 THEN 'kept_others'
    WHEN p.was = 0 THEN 'from_outside'
    WHEN (p.was & p.now) <> p.was THEN 'switched_in'
    ELSE 'added'
  END AS way,
  CAST(sum(p.clients) AS BIGINT) AS clients
FROM paths AS p
JOIN nodes AS n ON (p.was & n.mask) <> 0 OR (p.now & n.mask) <> 0
GROUP BY 1, 2;

CREATE OR REPLACE TEMP TABLE transitions AS
SELECT p.node AS product, q.node AS other, CAST(sum(t.clients) AS BIGINT) AS clients
FROM paths AS t
JOIN products AS p ON (t.was & p.mask) <> 0 AND (t.now & p.mask) = 0
JOIN products AS q ON (t.was & q.mask) = 0 AND (t.now & q.mask) <> 0
GROUP BY p.node, q.node;

CREATE OR REPLACE TEMP TABLE switched AS
SELECT CAST(coalesce(sum(clients), 0) AS BIGINT) AS clients
FROM paths WHERE (was & now) <> was AND (was & now) <> now;
