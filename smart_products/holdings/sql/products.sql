-- Versions of products: a new one wherever what is listed differs from the version before; absence retires.
SELECT code, valid_from, family_code, name, name_en, risk_level, regulatory_class, retired_on,
  retired_on IS NOT NULL AS retired_inferred
FROM (
  SELECT *, lag(facts) OVER (PARTITION BY code ORDER BY valid_from) AS facts_before
  FROM (
    SELECT product AS code, valid_from, family AS family_code, name, name_en, risk_level, regulatory_class,
      CASE WHEN row_number() OVER (PARTITION BY product ORDER BY business_date DESC, sequence DESC) = 1
           THEN absent_from END AS retired_on,
      hash(family, name, name_en, risk_level, regulatory_class) AS facts,
      row_number() OVER (PARTITION BY product, valid_from ORDER BY sequence DESC, business_date DESC) AS place
    FROM statements
  ) AS listed
  WHERE place = 1
) AS versions
WHERE facts IS DISTINCT FROM facts_before OR retired_on IS NOT NULL
ORDER BY code, valid_from
