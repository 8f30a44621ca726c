-- Versions of clients: a new one wherever what is listed differs from the version before.
SELECT code, valid_from, outlet_code, channel, investor_class, risk_class, risk_assessed_on, opened_on, name, birth_year,
  mobile, email, id_digest
FROM (
  SELECT *, lag(facts) OVER (PARTITION BY code ORDER BY valid_from) AS facts_before
  FROM (
    SELECT client AS code, valid_from, outlet AS outlet_code, channel, investor_class, risk_class, risk_assessed_on,
      opened_on, name, birth_year, mobile, email, id_digest,
      hash(outlet, channel, investor_class, risk_class, risk_assessed_on, opened_on, name, birth_year, mobile, email,
           id_digest) AS facts,
      row_number() OVER (PARTITION BY client, valid_from ORDER BY sequence DESC, business_date DESC) AS place
    FROM statements
  ) AS listed
  WHERE place = 1
) AS versions
WHERE facts IS DISTINCT FROM facts_before
ORDER BY code, valid_from
