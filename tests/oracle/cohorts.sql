-- Cohorts of one node as of a day, straight from raw rows: metrics.md as one PostgreSQL statement.
-- Parameters: %(node)s, %(as_of)s, %(basis)s. Tables are loaded by statement.py; one row a cohort and month since.
WITH
nodes AS (
    SELECT product FROM oracle_products WHERE %(node)s IN (product, family, 'matrix')
),
-- subscriptions with their effective ends: an account's closing and a product's retirement end them too
ends AS (
    SELECT s.client, s.start, e.day AS ended, e.reason
    FROM oracle_subscriptions s
    JOIN nodes USING (product)
    JOIN oracle_accounts a USING (account)
    JOIN oracle_products p USING (product)
    LEFT JOIN LATERAL (
        SELECT greatest(day, s.start) AS day, reason
        FROM (VALUES (s.ended, s.reason, 2), (a.closed_on, 'account_closed', 1), (p.retired_on, 'product_retired', 3))
             AS v(day, reason, rank)
        WHERE day IS NOT NULL ORDER BY v.day, rank LIMIT 1
    ) e ON TRUE
),
counted AS (
    SELECT client, start, coalesce(ended, 'infinity') AS ended FROM ends
    WHERE start <= %(as_of)s
      AND NOT (%(basis)s = 'confirmed' AND coalesce(reason = 'withdrawn' AND ended <= %(as_of)s, FALSE))
),
firsts AS (SELECT client, min(start) AS start FROM counted GROUP BY client),
cohorts AS (
    SELECT client, date_trunc('month', (SELECT min(day) FROM oracle_trading t WHERE t.day >= f.start))::date AS month
    FROM firsts f
),
month_ends AS (SELECT date_trunc('month', day)::date AS month, max(day) AS day FROM oracle_trading GROUP BY 1)
SELECT c.month, count(DISTINCT c.client) AS clients,
       CASE WHEN m.day <= %(as_of)s THEN count(DISTINCT s.client) END AS retained
FROM cohorts c
JOIN month_ends m ON c.month <= m.month AND m.month <= %(as_of)s
LEFT JOIN counted s ON s.client = c.client AND s.start <= m.day AND m.day < s.ended
GROUP BY c.month, m.month, m.day
ORDER BY c.month, m.month
