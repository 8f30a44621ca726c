-- Whole counts of retention as of :as_of by the slices of the table `asked_slices`, from :stretches of one node. A client
-- counts where he stood at his first signing: under the unit of the slice and under the unit that it is a part of, as
-- the tree stood then; in its tier and channel. No tier and no channel stand for all.
CREATE OR REPLACE TEMP TABLE asked_outlets AS
SELECT a.slice_key, e.outlet, greatest(e.valid_from, w.valid_from) AS valid_from, least(e.valid_to, w.valid_to) AS valid_to,
  a.tier, a.channel, a.population
FROM asked_slices AS a
JOIN edges AS e ON e.ancestor = a.unit
JOIN edges AS w ON w.ancestor = a.within AND w.outlet = e.outlet AND w.valid_from < e.valid_to AND w.valid_to > e.valid_from;

CREATE OR REPLACE TEMP TABLE scoped AS
SELECT a.slice_key, :client AS client_id, s.heads, s.first_started, s.started, s.spell_started, s.reason,
  s.first_started >= :known_from AS is_cohort,
  s.started = s.first_started AS is_first,
  CASE WHEN s.ended > :as_of THEN DATE '9999-12-31' ELSE s.ended END AS ended,
  s.ended > s.started AND coalesce(s.next_held > :as_of, TRUE) AS is_last,
  coalesce(s.next_started > :as_of OR s.next_started - s.ended >= :gap, TRUE) AS ends_spell
FROM :stretches AS s
JOIN asked_outlets AS a ON a.outlet = s.outlet AND a.valid_from <= s.first_started AND a.valid_to > s.first_started
  AND coalesce(a.tier, s.tier) = s.tier AND coalesce(a.channel, s.channel) = s.channel
WHERE s.started <= :as_of AND s.since <= :as_of AND s.until > :as_of AND :chosen;

CREATE OR REPLACE TEMP TABLE n_day_sums AS
SELECT slice_key, :n_day_sums
FROM (
  SELECT slice_key, heads, is_first, is_last, :as_of - first_started AS age, started - first_started AS came,
    ended - first_started AS went
  FROM scoped WHERE is_cohort AND first_started BETWEEN :n_from AND :n_to
) AS clocks
GROUP BY slice_key;

-- Part 1: first signings of the period.
CREATE OR REPLACE TEMP TABLE retention_rows AS
SELECT slice_key, 1 AS part, 0 AS a, 0 AS b, sum(CASE WHEN is_first THEN heads ELSE 0 END) AS x,
  sum(CASE WHEN ended > :as_of THEN heads ELSE 0 END) AS y,
  sum(CASE WHEN is_first THEN heads * (:as_of - first_started) ELSE 0 END) AS z
FROM scoped WHERE is_cohort AND first_started BETWEEN :first_from AND :first_to GROUP BY slice_key
UNION ALL
-- 2: N-day retention by number of days: observable, in force on the Nth day, then or later.
SELECT * FROM (:n_day_rows) AS n_days
UNION ALL
-- 5: spells by length: ended, and seen no longer.
SELECT slice_key, 5, length, 0, sum(CASE WHEN open THEN 0 ELSE heads END), sum(CASE WHEN open THEN heads ELSE 0 END), 0
FROM (
  SELECT slice_key, least(ended, :as_of) - spell_started AS length, ended > :as_of OR reason = 7 AS open, heads
  FROM scoped WHERE ends_spell AND spell_started >= :known_from
) AS l
GROUP BY slice_key, length;
