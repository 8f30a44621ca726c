-- Subscriptions as last listed. A full list without an open one ends it from its first day on, inferred; one that
-- overlaps an earlier one of the same client, product and account is set aside (is_aside), not counted twice.
SELECT code, client_code, product_code, account_code, started, ended, end_reason, inferred, recorded_at,
  coalesce(started < max(coalesce(ended, DATE '9999-12-31')) OVER (
    PARTITION BY client_code, product_code, account_code ORDER BY started, code
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    AND coalesce(ended, DATE '9999-12-31') > started, FALSE) AS is_aside
FROM (
  SELECT subscription AS code, client AS client_code, product AS product_code, account AS account_code, start AS started,
    CASE WHEN absent_from < coalesce("end", DATE '9999-12-31') THEN greatest(start, absent_from) ELSE "end" END AS ended,
    CASE WHEN absent_from < coalesce("end", DATE '9999-12-31') THEN 'terminated'
         WHEN "end" IS NOT NULL THEN coalesce(end_reason, 'terminated') END AS end_reason,
    coalesce(absent_from < coalesce("end", DATE '9999-12-31'), FALSE) AS inferred,
    CASE WHEN absent_from < coalesce("end", DATE '9999-12-31') THEN absent_recorded_at ELSE first_recorded_at
    END AS recorded_at
  FROM (
    SELECT *,
      row_number() OVER (PARTITION BY subscription ORDER BY business_date DESC, sequence DESC, valid_from DESC) AS place,
      min(recorded_at) OVER (PARTITION BY subscription, client, product, account, start, "end", end_reason)
        AS first_recorded_at
    FROM statements
  ) AS listed
  WHERE place = 1
) AS resolved
ORDER BY code
