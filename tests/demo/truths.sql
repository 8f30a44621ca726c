-- The figures of docs/metrics.md at the matrix, straight from the files of a feed.
-- Needs the tables of made.load and made.load_days, and the variables `base` and `last` (positions).
CREATE TABLE force AS
SELECT s.client, s.account, s.product, d.n
FROM subscriptions s JOIN days d ON s.start::DATE <= d.day AND d.day < coalesce(s."end"::DATE, DATE '9999-12-31');

CREATE TABLE scope AS SELECT DISTINCT account, client, n FROM force;
CREATE TABLE heads AS SELECT DISTINCT client, n FROM force;

CREATE TABLE firsts AS
SELECT client, min(start::DATE) AS day, (SELECT min(n) FROM days WHERE days.day >= min(start::DATE)) AS n
FROM subscriptions GROUP BY client;

-- One row for each account and day in scope on that day or the day before.
CREATE TABLE terms AS
WITH sides AS (
    SELECT coalesce(t.account, y.account) AS account, coalesce(t.client, y.client) AS client,
           coalesce(t.n, y.n + 1) AS n, t.n IS NOT NULL AS now, y.n IS NOT NULL AS was
    FROM scope t FULL JOIN scope y ON t.account = y.account AND t.n = y.n + 1
)
SELECT b.*, h.value, h.net_flow, p.value AS before
FROM sides b
LEFT JOIN held h ON h.account = b.account AND h.n = b.n
LEFT JOIN held p ON p.account = b.account AND p.n = b.n - 1
WHERE b.n > getvariable('base') AND b.n <= getvariable('last');

CREATE TABLE entered AS
SELECT CASE WHEN r.client IS NOT NULL THEN 'expanded' WHEN f.n < t.n THEN 'returned_client'
            ELSE 'new_client' END AS reason,
       sum(coalesce(t.before, t.value - t.net_flow)) AS fen
FROM terms t JOIN firsts f USING (client) LEFT JOIN heads r ON r.client = t.client AND r.n = t.n - 1
WHERE t.now AND NOT t.was GROUP BY reason;

CREATE TABLE left_by AS
WITH ends AS (
    SELECT t.account, t.n, t.before, s.end_reason, row_number() OVER (
        PARTITION BY t.account, t.n
        ORDER BY s."end"::DATE DESC, list_position(['account_closed', 'withdrawn', 'deceased', 'terminated',
                 'switched', 'expired', 'product_retired', 'not_observed'], s.end_reason)) AS rank
    FROM terms t
    JOIN days today ON today.n = t.n JOIN days eve ON eve.n = t.n - 1
    JOIN subscriptions s ON s.account = t.account AND s."end"::DATE > eve.day AND s."end"::DATE <= today.day
    WHERE t.was AND NOT t.now
)
SELECT end_reason AS reason, sum(before) AS fen FROM ends WHERE rank = 1 GROUP BY reason;

CREATE TABLE events AS
WITH touched AS (
    SELECT client, n FROM heads UNION SELECT client, n + 1 FROM heads UNION SELECT client, n FROM firsts
)
SELECT t.client, t.n, r.client IS NOT NULL AS now, y.client IS NOT NULL AS was, f.client IS NOT NULL AS first
FROM touched t
LEFT JOIN heads r ON r.client = t.client AND r.n = t.n
LEFT JOIN heads y ON y.client = t.client AND y.n = t.n - 1
LEFT JOIN firsts f ON f.client = t.client AND f.n = t.n
WHERE t.n > getvariable('base') AND t.n <= getvariable('last');
