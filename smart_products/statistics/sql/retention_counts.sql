-- Whole counts of retention in each slice: `scoped` has a row for each slice that a client counts in, by node. Cohorts
-- as of each month end, N-day retention, first-sign retention, and spells by length.
CREATE OR REPLACE TEMP TABLE cohort_of AS
SELECT f.node, f.client_id, e.place AS cohort
FROM first_starts AS f
ASOF JOIN month_ends AS e ON f.started <= e.day
WHERE f.started >= :known_from;

CREATE OR REPLACE TEMP TABLE cohort_sizes AS
SELECT s.kind, s.slice_key, s.node, c.cohort, count(*) AS clients
FROM scoped AS s JOIN cohort_of AS c ON c.node = s.node AND c.client_id = s.client_id
GROUP BY s.kind, s.slice_key, s.node, c.cohort;

-- A stretch comes in at the first month end on or after its start and goes out at the first on or after its end.
CREATE OR REPLACE TEMP TABLE cohort_steps AS
SELECT s.kind, s.slice_key, s.node, c.cohort, e.place, sum(e.step) AS step
FROM (
  SELECT t.node, t.client_id, m.place, 1 AS step
  FROM stretches AS t ASOF JOIN month_ends AS m ON t.started <= m.day
  UNION ALL
  SELECT t.node, t.client_id, m.place, -1
  FROM stretches AS t ASOF JOIN month_ends AS m ON t.ended <= m.day
) AS e
JOIN cohort_of AS c ON c.node = e.node AND c.client_id = e.client_id
JOIN scoped AS s ON s.node = e.node AND s.client_id = e.client_id
GROUP BY s.kind, s.slice_key, s.node, c.cohort, e.place;

CREATE OR REPLACE TEMP TABLE n_day_counts AS
SELECT s.kind, s.slice_key, s.node, o.days, count(*) AS observable, sum(o.retained) AS retained, sum(o.later) AS unbounded
FROM (
  SELECT f.node, f.client_id, n.days, max(CASE WHEN t.started <= f.started + n.days AND t.ended > f.started + n.days
    THEN 1 ELSE 0 END) AS retained, max(CASE WHEN t.ended > f.started + n.days AND t.ended > t.started
    THEN 1 ELSE 0 END) AS later
  FROM first_starts AS f
  JOIN n_days AS n ON f.started + n.days <= :as_of
  JOIN stretches AS t ON t.node = f.node AND t.client_id = f.client_id
  WHERE f.started >= :known_from AND f.started BETWEEN :n_from AND :n_to
  GROUP BY f.node, f.client_id, n.days
) AS o
JOIN scoped AS s ON s.node = o.node AND s.client_id = o.client_id
GROUP BY s.kind, s.slice_key, s.node, o.days;

CREATE OR REPLACE TEMP TABLE first_sign_counts AS
SELECT s.kind, s.slice_key, s.node, count(*) AS clients, sum(o.retained) AS retained, sum(:as_of - o.started) AS days
FROM (
  SELECT f.node, f.client_id, f.started, max(CASE WHEN t.ended > :as_of THEN 1 ELSE 0 END) AS retained
  FROM first_starts AS f
  JOIN stretches AS t ON t.node = f.node AND t.client_id = f.client_id
  WHERE f.started >= :known_from AND f.started BETWEEN :first_from AND :first_to
  GROUP BY f.node, f.client_id, f.started
) AS o
JOIN scoped AS s ON s.node = o.node AND s.client_id = o.client_id
GROUP BY s.kind, s.slice_key, s.node;

CREATE OR REPLACE TEMP TABLE spell_counts AS
SELECT s.kind, s.slice_key, s.node, l.length, sum(1 - l.censored) AS ended, sum(l.censored) AS censored
FROM (
  SELECT node, client_id, least(ended, :as_of) - started AS length,
    CASE WHEN ended > :as_of OR reason = 7 THEN 1 ELSE 0 END AS censored
  FROM spells WHERE started >= :known_from
) AS l
JOIN scoped AS s ON s.node = l.node AND s.client_id = l.client_id
GROUP BY s.kind, s.slice_key, s.node, l.length;
