-- What retention reads of subscriptions, as known on :as_of, for the nodes of the table `nodes`: first starts, the
-- stretches in force, and the spells of which survival is made. An end after :as_of has not come yet.
-- Equal stretches are one row: the windows below read their rows twice and must find one order.
CREATE OR REPLACE TEMP TABLE held AS
SELECT n.node, i.client_id, i.started, i.ended, min(i.reason) AS reason
FROM (
  SELECT client_id, power, started, CASE WHEN ended > :as_of THEN DATE '9999-12-31' ELSE ended END AS ended, reason
  FROM cut_intervals
  WHERE started <= :as_of AND NOT (:confirmed AND reason = 1 AND ended <= :as_of)
) AS i
JOIN nodes AS n ON (n.mask & i.power) <> 0
GROUP BY n.node, i.client_id, i.started, i.ended;

CREATE OR REPLACE TEMP TABLE first_starts AS
SELECT node, client_id, min(started) AS started FROM held GROUP BY node, client_id;

-- Intervals that overlap or touch are one stretch in force; stretches with less than :gap days between them are one
-- spell. Its reason is that of the subscription that ended last.
CREATE OR REPLACE TEMP TABLE stretches AS
SELECT node, client_id, min(started) AS started, max(ended) AS ended, min((DATE '9999-12-31' - ended) * 8 + reason) % 8 AS reason
FROM (
  SELECT *, sum(opens) OVER (PARTITION BY node, client_id ORDER BY started, ended ROWS UNBOUNDED PRECEDING) AS place
  FROM (
    SELECT *, CASE WHEN started <= max(ended) OVER (
      PARTITION BY node, client_id ORDER BY started, ended ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) THEN 0 ELSE 1 END AS opens
    FROM held
  ) AS ordered
) AS placed
GROUP BY node, client_id, place;

CREATE OR REPLACE TEMP TABLE spells AS
SELECT node, client_id, min(started) AS started, max(ended) AS ended, min((DATE '9999-12-31' - ended) * 8 + reason) % 8 AS reason
FROM (
  SELECT *, sum(opens) OVER (PARTITION BY node, client_id ORDER BY started ROWS UNBOUNDED PRECEDING) AS place
  FROM (
    SELECT *, CASE WHEN started - lag(ended) OVER (PARTITION BY node, client_id ORDER BY started) < :gap
      THEN 0 ELSE 1 END AS opens
    FROM stretches
  ) AS ordered
) AS placed
GROUP BY node, client_id, place;
