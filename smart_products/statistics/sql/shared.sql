-- Clients of the slice at the close of a day, by node and by pairs of products. Gross counts a client once a product.
CREATE OR REPLACE TEMP TABLE standing AS
SELECT mask, count(*) AS clients, count(CASE WHEN has_open THEN 1 END) AS on_books
FROM heads WHERE day = :day AND inside GROUP BY mask;

CREATE OR REPLACE TEMP TABLE shared_rows AS
SELECT n.node, CAST(sum(CASE WHEN (s.mask & n.mask) <> 0 THEN s.clients ELSE 0 END) AS BIGINT) AS retained,
  CAST(sum(s.clients * bit_count(s.mask & n.mask)) AS BIGINT) AS gross,
  CAST(sum(CASE WHEN (s.mask & n.mask) NOT IN (0, s.mask) THEN s.clients ELSE 0 END) AS BIGINT) AS elsewhere,
  CAST(sum(s.on_books) AS BIGINT) AS on_books
FROM standing AS s CROSS JOIN nodes AS n
GROUP BY n.node;

CREATE OR REPLACE TEMP TABLE shared_pairs AS
SELECT p.node AS product, q.node AS other, CAST(sum(s.clients) AS BIGINT) AS clients
FROM standing AS s
JOIN products AS p ON (s.mask & p.mask) <> 0
JOIN products AS q ON (s.mask & q.mask) <> 0 AND q.node <> p.node
GROUP BY p.node, q.node;
