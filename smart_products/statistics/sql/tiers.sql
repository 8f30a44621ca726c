-- The tiers set on :day. On the first fact day of a month all known clients take theirs from the close before;
-- a newcomer takes his from his first fact. Tier 0 in a slice stands for not known yet, and counts as the lowest.
CREATE OR REPLACE TEMP TABLE set_tiers AS
SELECT s.client_id, CAST(max(t.tier) AS SMALLINT) AS tier
FROM (
  SELECT client_id, sum(value) AS worth, max(slice % 8) AS tier_before
  FROM accounts_before WHERE :month_starts AND slice % 8 > 0 GROUP BY client_id
  UNION ALL
  SELECT b.client_id, sum(f.value), 0
  FROM accounts_before AS b
  JOIN facts AS f ON f.account_id = b.account_id
  WHERE b.slice % 8 = 0 GROUP BY b.client_id
) AS s
JOIN tier_limits AS t ON s.worth >= t.lower_bound
GROUP BY s.client_id, s.tier_before
HAVING max(t.tier) <> s.tier_before;
