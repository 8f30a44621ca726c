-- The cells of one day, straight from raw rows: metrics.md as one PostgreSQL statement.
-- Parameters: %(day)s, a fact day. Tables are loaded by statement.py; money is fen.
WITH RECURSIVE
days AS (
    SELECT day, row_number() OVER (ORDER BY day) AS n FROM (SELECT DISTINCT day FROM oracle_holdings) d
),
today AS (SELECT n, day FROM days WHERE day = %(day)s),
eve AS (SELECT d.n, d.day FROM days d JOIN today t ON d.n = t.n - 1),
-- h and f: the last row, carried over at most five fact days while the account is open
lined AS MATERIALIZED (
    SELECT a.account, a.client, d.n, d.day, h.value, h.net_flow,
           (a.closed_on IS NULL OR d.day < a.closed_on) AS is_open,
           max(CASE WHEN h.account IS NOT NULL THEN d.n END) OVER (PARTITION BY a.account ORDER BY d.n) AS seen
    FROM oracle_accounts a CROSS JOIN days d
    LEFT JOIN oracle_holdings h ON h.account = a.account AND h.day = d.day
),
standing AS MATERIALIZED (
    SELECT l.account, l.client, l.n, l.day,
           CASE WHEN l.value IS NOT NULL THEN l.value
                WHEN l.is_open AND l.n - l.seen <= 5 THEN s.value ELSE 0 END AS value,
           coalesce(l.net_flow, 0) AS flow,
           l.value IS NOT NULL OR coalesce(l.is_open AND l.n - l.seen <= 5, FALSE) AS known
    FROM lined l LEFT JOIN lined s ON s.account = l.account AND s.n = l.seen
),
nodes AS (
    SELECT product, product AS node FROM oracle_products
    UNION ALL SELECT product, family FROM oracle_products
    UNION ALL SELECT product, 'matrix' FROM oracle_products
),
-- subscriptions with their effective ends: an account's closing and a product's retirement end them too
ends AS MATERIALIZED (
    SELECT s.subscription, s.account, s.client, s.product, s.start, e.day AS ended, e.reason, e.place
    FROM oracle_subscriptions s
    JOIN oracle_accounts a USING (account)
    JOIN oracle_products p USING (product)
    LEFT JOIN LATERAL (
        SELECT greatest(day, s.start) AS day, reason,
               array_position(ARRAY['account_closed', 'withdrawn', 'deceased', 'terminated', 'switched', 'expired',
                                    'product_retired', 'not_observed'], reason) AS place
        FROM (VALUES (s.ended, s.reason, 2), (a.closed_on, 'account_closed', 1), (p.retired_on, 'product_retired', 3))
             AS v(day, reason, rank)
        WHERE day IS NOT NULL ORDER BY v.day, rank LIMIT 1
    ) e ON TRUE
),
scope AS MATERIALIZED (
    SELECT DISTINCT nodes.node, d.n, e.account, e.client
    FROM ends e JOIN nodes USING (product)
    JOIN (SELECT * FROM today UNION ALL SELECT * FROM eve) d ON e.start <= d.day AND (e.ended IS NULL OR d.day < e.ended)
),
heads AS MATERIALIZED (SELECT DISTINCT node, n, client FROM scope),
firsts AS MATERIALIZED (SELECT nodes.node, client, min(start) AS start FROM ends JOIN nodes USING (product) GROUP BY 1, 2),
-- slices of today and of the day before
bases AS (
    SELECT l.client, d.n, greatest((SELECT max(b.n) FROM days b WHERE b.day < date_trunc('month', d.day)), min(l.n)) AS at
    FROM lined l JOIN (SELECT * FROM today UNION ALL SELECT * FROM eve) d ON l.n <= d.n
    WHERE l.value IS NOT NULL GROUP BY l.client, d.n, d.day
),
tiered AS (
    SELECT b.client, b.n, sum(s.value) AS wealth
    FROM bases b JOIN standing s ON s.client = b.client AND s.n = b.at GROUP BY b.client, b.n
),
versions AS (
    SELECT c.client, d.n, d.day, v.outlet, v.channel
    FROM (SELECT DISTINCT client FROM oracle_clients) c
    CROSS JOIN (SELECT * FROM today UNION ALL SELECT * FROM eve) d
    CROSS JOIN LATERAL (
        SELECT * FROM oracle_clients o WHERE o.client = c.client
        ORDER BY o.valid_from <= d.day DESC, CASE WHEN o.valid_from <= d.day THEN o.valid_from END DESC, o.valid_from
        LIMIT 1
    ) v
),
climb AS (
    SELECT client, n, day, outlet AS unit FROM versions
    UNION ALL
    SELECT c.client, c.n, c.day, u.parent FROM climb c
    CROSS JOIN LATERAL (
        SELECT parent FROM oracle_units u WHERE u.unit = c.unit
        ORDER BY u.valid_from <= c.day DESC, CASE WHEN u.valid_from <= c.day THEN u.valid_from END DESC, u.valid_from
        LIMIT 1
    ) u
    WHERE u.parent <> ''
),
slices AS MATERIALIZED (
    SELECT client, n, 'unit' AS kind, unit AS slice FROM climb
    UNION ALL SELECT client, n, 'channel', channel FROM versions
    UNION ALL
    SELECT v.client, v.n, 'tier', CASE WHEN t.wealth >= 50000000 THEN 't5' WHEN t.wealth >= 10000000 THEN 't4'
        WHEN t.wealth >= 5000000 THEN 't3' WHEN t.wealth >= 3000000 THEN 't2' ELSE 't1' END
    FROM versions v LEFT JOIN tiered t ON t.client = v.client AND t.n = v.n
),
-- one row an account that is in scope today or was the day before
sides AS (
    SELECT coalesce(t.node, e.node) AS node, coalesce(t.account, e.account) AS account,
           coalesce(t.client, e.client) AS client, t.account IS NOT NULL AS is_in, e.account IS NOT NULL AS was_in
    FROM (SELECT s.* FROM scope s JOIN today USING (n)) t
    FULL JOIN (SELECT s.* FROM scope s JOIN eve USING (n)) e ON t.node = e.node AND t.account = e.account
),
terms AS (
    SELECT s.*, h.value, h.flow, b.value AS before, h.known AND b.known AS complete, b.known AS known_before,
           CASE WHEN s.was_in OR coalesce(b.known, FALSE) THEN b.value ELSE h.value - h.flow END AS opening
    FROM sides s
    JOIN today ON TRUE JOIN eve ON TRUE
    JOIN standing h ON h.account = s.account AND h.n = today.n
    JOIN standing b ON b.account = s.account AND b.n = eve.n
),
priced AS MATERIALIZED (
    SELECT *, CASE WHEN is_in AND complete THEN value - before - flow ELSE 0 END AS market FROM terms
),
amounts AS (
    SELECT node, client, today.n, 'entered' AS term, opening AS amount FROM priced, today WHERE is_in AND NOT was_in
    UNION ALL
    SELECT p.node, p.client, today.n,
           'entered_' || CASE WHEN r.client IS NOT NULL THEN 'expanded'
                              WHEN f.start <= eve.day THEN 'returned_client' ELSE 'new_client' END, opening
    FROM priced p CROSS JOIN today CROSS JOIN eve
    LEFT JOIN heads r ON r.node = 'matrix' AND r.client = p.client AND r.n = eve.n
    LEFT JOIN firsts f ON f.node = 'matrix' AND f.client = p.client
    WHERE is_in AND NOT was_in
    UNION ALL SELECT node, client, eve.n, 'left', before FROM priced, eve WHERE NOT is_in
    UNION ALL
    SELECT p.node, p.client, eve.n, 'left_' || (
        SELECT e.reason FROM ends e JOIN nodes USING (product)
        WHERE e.account = p.account AND nodes.node = p.node
          AND e.ended > eve.day AND e.ended <= today.day
        ORDER BY e.ended DESC, e.place LIMIT 1), before
    FROM priced p, eve, today WHERE NOT is_in
    UNION ALL SELECT node, client, today.n, 'market', market FROM priced, today WHERE is_in
    UNION ALL SELECT node, client, today.n, 'flow', value - opening - market FROM priced, today WHERE is_in
    UNION ALL SELECT node, client, today.n, 'moved', before FROM priced, today WHERE is_in AND was_in
    UNION ALL SELECT node, client, eve.n, 'moved', -before FROM priced, eve WHERE is_in AND was_in
    UNION ALL SELECT node, client, today.n, 'signed_assets', value FROM priced, today WHERE is_in
    UNION ALL SELECT node, client, eve.n, 'assets_before', before FROM priced, eve WHERE was_in
    UNION ALL
    SELECT node, client, n, 'funded_clients', 1
    FROM (SELECT node, client, sum(value) AS wealth FROM priced WHERE is_in GROUP BY 1, 2) w, today WHERE wealth > 0
    UNION ALL
    SELECT nodes.node, a.client, today.n, 'clients_on_books', 1
    FROM (SELECT DISTINCT client FROM oracle_accounts, today
          WHERE opened_on <= today.day AND (closed_on IS NULL OR today.day < closed_on)) a,
         (SELECT DISTINCT node FROM nodes) nodes, today
    UNION ALL
    SELECT nodes.node, e.client, today.n, 'product_pairs', 1
    FROM (SELECT DISTINCT client, product FROM ends, today
          WHERE start <= today.day AND (ended IS NULL OR today.day < ended)) e JOIN nodes USING (product), today
    UNION ALL SELECT h.node, h.client, h.n, 'retained_clients', 1 FROM heads h JOIN today USING (n)
    UNION ALL SELECT h.node, h.client, h.n, 'clients_before', 1 FROM heads h JOIN eve USING (n)
    UNION ALL
    SELECT f.node, f.client, today.n, 'first_time_clients', 1 FROM firsts f, today, eve
    WHERE f.start > eve.day AND f.start <= today.day
    UNION ALL
    SELECT h.node, h.client, h.n, 'reactivated_clients', 1
    FROM heads h JOIN today USING (n) CROSS JOIN eve JOIN firsts f ON f.node = h.node AND f.client = h.client
    WHERE f.start <= eve.day AND NOT EXISTS (
        SELECT FROM heads b WHERE b.node = h.node AND b.client = h.client AND b.n = eve.n)
    UNION ALL
    SELECT h.node, h.client, h.n, 'lapsed_clients', 1
    FROM heads h JOIN eve USING (n) CROSS JOIN today
    WHERE NOT EXISTS (SELECT FROM heads b WHERE b.node = h.node AND b.client = h.client AND b.n = today.n)
    UNION ALL
    SELECT f.node, f.client, today.n, 'lapsed_clients', 1 FROM firsts f, today, eve
    WHERE f.start > eve.day AND f.start <= today.day AND NOT EXISTS (
        SELECT FROM heads b WHERE b.node = f.node AND b.client = f.client AND b.n = today.n)
    UNION ALL
    SELECT h.node, h.client, s.n, 'moved_clients', s.sign
    FROM heads h JOIN today USING (n) JOIN heads b ON b.node = h.node AND b.client = h.client
    JOIN eve ON b.n = eve.n
    CROSS JOIN LATERAL (VALUES (today.n, 1), (eve.n, -1)) AS s(n, sign)
)
SELECT a.node, s.kind, s.slice, a.term, sum(a.amount)::bigint AS amount
FROM amounts a JOIN slices s USING (client, n)
GROUP BY a.node, s.kind, s.slice, a.term
