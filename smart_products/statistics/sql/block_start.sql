-- The days of the block, and what each source delivered on them, counted from the block's start.
CREATE OR REPLACE TEMP TABLE block AS SELECT idx, day FROM batch WHERE idx BETWEEN :first AND :last;

CREATE OR REPLACE TEMP TABLE deliveries AS
SELECT s.source, d.idx, count(b.source) OVER (PARTITION BY s.source ORDER BY d.idx) AS total
FROM (SELECT DISTINCT source FROM cut_accounts) AS s
CROSS JOIN (SELECT idx FROM block UNION ALL SELECT :first - 1) AS d
LEFT JOIN batch_sources AS b ON b.idx = d.idx AND b.source = s.source AND b.idx >= :first;

CREATE OR REPLACE TEMP TABLE carried (account_id BIGINT, idx BIGINT, value BIGINT, status SMALLINT);

-- The accounts that arrive in the block. The first account of a client is its head: it stands for the client where
-- clients are counted.
CREATE OR REPLACE TEMP TABLE block_arrivals AS
SELECT a.account_id, a.client_id, a.source, a.idx, coalesce(h.slice % 8, 0) AS tier,
  h.client_id IS NULL AND row_number() OVER (PARTITION BY a.client_id ORDER BY a.idx, a.account_id) = 1 AS is_head
FROM batch_arrivals AS a
LEFT JOIN (SELECT client_id, slice FROM accounts_before WHERE is_head) AS h ON h.client_id = a.client_id
WHERE a.idx BETWEEN :first AND :last;

-- The tiers set in the block. On the first fact day of a month all known clients take theirs from the close before;
-- a newcomer takes his from his first fact. Tier 0 in a slice stands for not known yet, and counts as the lowest.
CREATE OR REPLACE TEMP TABLE set_tiers AS
SELECT s.client_id, s.idx, CAST(max(t.tier) AS SMALLINT) AS tier
FROM (
  SELECT client_id, :first AS idx, sum(value) AS worth, max(slice % 8) AS tier_before
  FROM accounts_before WHERE :month_starts AND slice % 8 > 0 GROUP BY client_id
  UNION ALL
  SELECT client_id, idx, worth, 0
  FROM (
    SELECT u.client_id, f.idx, sum(f.value) AS worth,
      row_number() OVER (PARTITION BY u.client_id ORDER BY f.idx) AS place
    FROM (
      SELECT account_id, client_id, :first AS since FROM accounts_before WHERE slice % 8 = 0
      UNION ALL
      SELECT account_id, client_id, idx FROM block_arrivals WHERE tier = 0
    ) AS u
    JOIN facts AS f ON f.account_id = u.account_id AND f.idx >= u.since
    GROUP BY u.client_id, f.idx
  ) AS newcomers
  WHERE place = 1
) AS s
JOIN tier_limits AS t ON s.worth >= t.lower_bound
GROUP BY s.client_id, s.idx, s.tier_before
HAVING max(t.tier) <> s.tier_before;
