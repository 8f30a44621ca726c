-- Versions of units: a new one wherever what is listed differs from the version before; absence closes.
SELECT code, valid_from, parent_code, level, name, coalesce(name_en, '') AS name_en, closed_on
FROM (
  SELECT *, lag(facts) OVER (PARTITION BY code ORDER BY valid_from) AS facts_before
  FROM (
    SELECT unit AS code, valid_from, parent AS parent_code, level, name, name_en, absent_from AS closed_on,
      hash(parent, level, name, name_en, absent_from) AS facts,
      row_number() OVER (PARTITION BY unit, valid_from ORDER BY sequence DESC, business_date DESC) AS place
    FROM statements
  ) AS listed
  WHERE place = 1
) AS versions
WHERE facts IS DISTINCT FROM facts_before
ORDER BY code, valid_from
