-- What stands in a place of the tree stands in every unit above it.
CREATE OR REPLACE TEMP TABLE cohort_days AS
SELECT coalesce(u.slice_key, d.slice_key) AS slice_key, d.node, d.cohort, d.idx, CAST(sum(d.assets) AS BIGINT) AS assets,
  CAST(sum(d.market) AS BIGINT) AS market
FROM cohort_days AS d LEFT JOIN seat_units AS u ON u.seat = d.slice_key
WHERE d.slice_key >= 2 * :kinds OR u.slice_key IS NOT NULL
GROUP BY 1, 2, 3, 4;
