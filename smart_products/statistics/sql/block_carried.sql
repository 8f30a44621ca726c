-- Values carried inside the block: an account without a fact keeps the value of its last one, until its source has
-- delivered others on more than :carry_days days. status: 0 no value, 1 a fact on the day, 2 + n carried, of which n
-- days are counted.
CREATE OR REPLACE TEMP TABLE carried AS
SELECT account_id, idx, CASE WHEN missed > :carry_days THEN 0 ELSE value END AS value,
  CAST(CASE WHEN missed > :carry_days THEN 0 ELSE 2 + missed END AS SMALLINT) AS status
FROM (
  SELECT f.account_id, f.idx, f.value, n.total - d.total AS missed
  FROM (
    SELECT account_id, source, since, value, unnest(range(since + 1, until)) AS idx
    FROM (
      SELECT f.account_id, a.source, f.idx AS since, f.value,
        coalesce(lead(f.idx) OVER (PARTITION BY f.account_id ORDER BY f.idx), :last + 1) AS until
      FROM facts AS f
      JOIN (
        SELECT account_id, source, :first AS since FROM accounts_before
        UNION ALL SELECT account_id, source, idx FROM block_arrivals
      ) AS a ON a.account_id = f.account_id AND a.since <= f.idx
      WHERE f.account_id IN (SELECT account_id FROM facts GROUP BY account_id HAVING count(*) <= :last - :first)
    ) AS gaps
    WHERE until > since + 1
  ) AS f
  JOIN deliveries AS d ON d.source = f.source AND d.idx = f.since
  JOIN deliveries AS n ON n.source = f.source AND n.idx = f.idx
) AS g;
