-- Asset accounts as last listed; a full list without an open account closes it from its first day on.
SELECT account AS code, client AS client_code, opened_on,
  CASE WHEN absent_from < coalesce(closed_on, DATE '9999-12-31') THEN greatest(opened_on, absent_from) ELSE closed_on
  END AS closed_on,
  coalesce(absent_from < coalesce(closed_on, DATE '9999-12-31'), FALSE) AS closed_inferred
FROM (
  SELECT *, row_number() OVER (PARTITION BY account ORDER BY business_date DESC, sequence DESC, valid_from DESC) AS place
  FROM statements
) AS listed
WHERE place = 1
ORDER BY code
