-- What cohorts are worth at month ends, and the return of the market over the fact days since the month end before:
-- none where a day had no positive denominator.
INSERT INTO cohort_worth
SELECT d.slice_key, d.node, d.cohort, s.month_end,
  CAST(sum(CASE WHEN d.idx = s.last THEN d.assets ELSE 0 END) AS BIGINT) AS assets,
  CASE WHEN sum(CASE WHEN d.assets > d.market THEN 1 ELSE 0 END) = s.last - s.first + 1
    THEN product(CASE WHEN d.assets > d.market THEN d.assets / (d.assets - d.market) END ORDER BY d.idx) END AS factor
FROM cohort_days AS d JOIN spans AS s ON d.idx BETWEEN s.first AND s.last
GROUP BY d.slice_key, d.node, d.cohort, s.month_end, s.first, s.last;
