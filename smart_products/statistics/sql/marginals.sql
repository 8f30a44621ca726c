-- The cells to publish; without any figure there is none. The market is what remains of the change of a cell; oracle
-- tests hold it against the sum over accounts. A return is linked on days whose denominator, assets without the day's
-- market, is positive.
CREATE OR REPLACE TEMP TABLE marginals_now AS
SELECT m.*,
  CASE WHEN NOT opening AND assets - market > 0 AND assets <> 0
       THEN ln(CAST(abs(assets) AS DOUBLE) / CAST(assets - market AS DOUBLE)) END AS growth_log,
  CASE WHEN NOT opening AND assets - market > 0 THEN 1 ELSE 0 END AS linked_days,
  CASE WHEN NOT opening AND assets - market > 0 AND assets < 0 THEN 1 ELSE 0 END AS negative_days,
  CASE WHEN NOT opening AND assets - market > 0 AND assets = 0 THEN 1 ELSE 0 END AS zero_days,
  CASE WHEN opening THEN 0 ELSE (assets - assets_before - market) * before_number END AS dated_terms
FROM (
  SELECT k.day, k.kind, k.slice_key, k.node, d.opening, d.before_number,
    coalesce(b.assets, 0) AS assets_before,
    coalesce(l.assets, 0) AS assets, coalesce(r.accounts, 0) AS accounts, coalesce(r.funded, 0) AS funded,
    coalesce(r.retained, 0) AS retained, coalesce(r.on_books, 0) AS on_books,
    :term_columns, coalesce(t.lapsed, 0) + coalesce(t.passing, 0) AS lapsed,
    coalesce(r.first_clients, 0) AS first_clients, coalesce(r.first_retained, 0) AS first_retained,
    coalesce(r.first_clients * date_diff('day', DATE '1990-12-19', k.day) - r.first_started, 0) AS first_days,
    coalesce(r.observable, 0) AS observable_180, coalesce(r.retained_180, 0) AS retained_180,
    CASE WHEN d.opening THEN 0 ELSE coalesce(l.assets, 0) - coalesce(b.assets, 0) - coalesce(:explained, 0) END AS market
  FROM (
    SELECT day, kind, slice_key, node FROM assets_spread
    UNION SELECT day, kind, slice_key, node FROM :terms
    UNION SELECT day, kind, slice_key, node FROM running
    UNION SELECT d.day, b.kind, b.slice_key, b.node FROM assets_earlier AS b JOIN batch AS d ON d.before = b.day
  ) AS k
  JOIN batch AS d ON d.day = k.day
  LEFT JOIN assets_spread AS l ON l.day = k.day AND l.kind = k.kind AND l.slice_key = k.slice_key AND l.node = k.node
  LEFT JOIN assets_earlier AS b
    ON b.day = d.before AND b.kind = k.kind AND b.slice_key = k.slice_key AND b.node = k.node
  LEFT JOIN :terms AS t ON t.day = k.day AND t.kind = k.kind AND t.slice_key = k.slice_key AND t.node = k.node
  LEFT JOIN running AS r ON r.day = k.day AND r.kind = k.kind AND r.slice_key = k.slice_key AND r.node = k.node
) AS m
WHERE :any_of;
