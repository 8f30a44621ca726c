-- Cohorts by month end, from the table `scoped`, into the rows of counts.
CREATE OR REPLACE TEMP TABLE places AS
SELECT d.day, m.place
FROM (
  SELECT CAST(unnest(generate_series(min(first_started), :as_of, INTERVAL 1 DAY)) AS DATE) AS day FROM scoped
) AS d
ASOF JOIN month_ends AS m ON d.day <= m.day;

-- Part 3: sizes of cohorts; 4: their steps. A stretch comes in at the first month end on or after its start and goes out at
-- the first on or after its end.
INSERT INTO retention_rows
SELECT c.slice_key, 3, f.place, 0, sum(c.heads), 0, 0
FROM scoped AS c JOIN places AS f ON f.day = c.first_started WHERE c.is_cohort AND c.is_first GROUP BY c.slice_key, f.place
UNION ALL
SELECT e.slice_key, 4, f.place, p.place, sum(e.step), 0, 0
FROM (
  SELECT slice_key, first_started, started AS day, heads AS step FROM scoped WHERE is_cohort
  UNION ALL SELECT slice_key, first_started, ended, -heads FROM scoped WHERE is_cohort
) AS e
JOIN places AS f ON f.day = e.first_started
JOIN places AS p ON p.day = e.day
GROUP BY e.slice_key, f.place, p.place;
