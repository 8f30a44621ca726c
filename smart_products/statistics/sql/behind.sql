-- The movements of clients in one node, each on the fact day that it belongs to: first-time, reactivated, lapsed. A
-- stretch is told in the numbers of fact days, the first of which is an opening without movements; one that holds no
-- fact day began and ended between two. Who lapsed stands where he stood the fact day before, as he does in the cells.
CREATE OR REPLACE TEMP TABLE held AS
SELECT i.client_id, s.place AS came, coalesce(e.place, :count + 1) AS went, i.ended, i.reason
FROM :intervals AS i
JOIN nodes AS n ON n.node = :node AND (n.mask & i.power) <> 0
ASOF JOIN fact_days AS s ON s.day >= i.started
ASOF LEFT JOIN fact_days AS e ON e.day >= i.ended;

CREATE OR REPLACE TEMP TABLE stays AS
SELECT client_id, min(came) AS came, max(went) AS went,
  min((DATE '9999-12-31' - ended) * 8 + reason) % 8 AS reason,
  row_number() OVER (PARTITION BY client_id ORDER BY min(came)) AS number
FROM (
  SELECT *, sum(opens) OVER (
    PARTITION BY client_id ORDER BY came, went, ended, reason ROWS UNBOUNDED PRECEDING) AS place
  FROM (
    SELECT *, CASE WHEN came <= max(went) OVER (
      PARTITION BY client_id ORDER BY came, went, ended, reason ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) THEN 0 ELSE 1 END AS opens
    FROM held
  ) AS ordered
) AS placed
GROUP BY client_id, place;

CREATE OR REPLACE TEMP TABLE movements AS
SELECT m.who, m.client_id, d.day, o.day AS stood, m.reason
FROM (
  SELECT 'first_time' AS who, client_id, came AS place, came AS at, reason FROM stays WHERE number = 1 AND came > 1
  UNION ALL SELECT 'reactivated', client_id, came, came, reason FROM stays WHERE number > 1 AND came < went
  UNION ALL SELECT 'lapsed', client_id, went, went - 1, reason FROM stays WHERE came < went AND went <= :count
  UNION ALL SELECT 'lapsed', client_id, came, came, reason FROM stays WHERE number = 1 AND came = went AND came > 1
) AS m
JOIN fact_days AS d ON d.place = m.place AND d.day > :since
JOIN fact_days AS o ON o.place = m.at
WHERE m.who = :who;
