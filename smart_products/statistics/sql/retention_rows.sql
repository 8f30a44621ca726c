-- All counts as rows of one shape, in which they are stored: part 1 first signings, 2 N-day retention by number of days,
-- 3 sizes of cohorts, 4 their steps by month end, 5 spells by length, 6 what cohorts are worth by fact day.
CREATE OR REPLACE TEMP VIEW retention_rows AS
SELECT kind, slice_key, node, 1 AS part, 0 AS a, 0 AS b, clients AS x, retained AS y, days AS z FROM first_sign_counts
UNION ALL
SELECT kind, slice_key, node, 2, days, 0, observable, retained, unbounded FROM n_day_counts
UNION ALL
SELECT kind, slice_key, node, 3, cohort, 0, clients, 0, 0 FROM cohort_sizes
UNION ALL
SELECT kind, slice_key, node, 4, cohort, place, step, 0, 0 FROM cohort_steps
UNION ALL
SELECT kind, slice_key, node, 5, length, 0, ended, censored, 0 FROM spell_counts
UNION ALL
SELECT kind, slice_key, node, 6, cohort, idx, assets, market, 0 FROM cohort_days;
