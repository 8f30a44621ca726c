-- The cells to publish. The market is what remains of the change of a cell; oracle tests hold it against the sum
-- over accounts. A return is linked on days whose denominator, assets without the day's market, is positive.
CREATE OR REPLACE TEMP TABLE marginals_now AS
SELECT m.*,
  CASE WHEN NOT :opening AND assets > 0 AND assets - market > 0
       THEN ln(CAST(assets AS DOUBLE) / CAST(assets - market AS DOUBLE)) END AS growth_log,
  CASE WHEN NOT :opening AND assets > 0 AND assets - market > 0 THEN 1 ELSE 0 END AS linked_days,
  CASE WHEN :opening THEN 0 ELSE (assets - assets_before - market) * :before_number END AS dated_terms
FROM (
  SELECT k.kind, k.slice_key, k.node,
    coalesce(b.assets, 0) AS assets_before, coalesce(b.retained, 0) AS retained_before,
    :level_columns, :term_columns, coalesce(t.lapsed, 0) + coalesce(t.passing, 0) AS lapsed, :tenure_columns,
    CASE WHEN :opening THEN 0 ELSE
      coalesce(l.assets, 0) - coalesce(b.assets, 0) - coalesce(:explained, 0)
    END AS market
  FROM (
    SELECT kind, slice_key, node FROM levels_spread
    UNION SELECT kind, slice_key, node FROM :terms
    UNION SELECT kind, slice_key, node FROM tenure_spread
    UNION SELECT kind, slice_key, node FROM marginals_before WHERE assets <> 0 OR retained <> 0
  ) AS k
  LEFT JOIN levels_spread AS l USING (kind, slice_key, node)
  LEFT JOIN :terms AS t USING (kind, slice_key, node)
  LEFT JOIN tenure_spread AS f USING (kind, slice_key, node)
  LEFT JOIN marginals_before AS b USING (kind, slice_key, node)
) AS m;
