-- Signed assets of each cohort on each fact day, and the market of the day: what remains of the change when entered,
-- left and flow are taken out (docs/metrics.md). Only account days on which something happens are looked at one by one.
-- `cohort_clients` has a row for each slice in which a client counts, by node of the table `valued_nodes`.

-- Read anew by each statement: the members of all days would not fit the memory of a job.
CREATE OR REPLACE TEMP VIEW members AS
SELECT d.idx, m.account_id, m.client_id, m.mask, m.value, m.status
FROM :members AS m
JOIN value_days AS d ON d.day = m.day
SEMI JOIN cohort_clients AS c ON c.client_id = m.client_id;

CREATE OR REPLACE TEMP TABLE cohort_assets AS
SELECT c.slice_key, c.node, c.cohort, m.idx, CAST(sum(m.value) AS BIGINT) AS assets
FROM members AS m
JOIN valued_nodes AS n ON (n.mask & m.mask) <> 0
JOIN cohort_clients AS c ON c.node = n.node AND c.client_id = m.client_id
GROUP BY c.slice_key, c.node, c.cohort, m.idx;

-- The fact days on which an account comes into a node's scope or falls out of it, has a flow, or lacks a fact there or
-- the day before.
CREATE OR REPLACE TEMP TABLE eventful AS
SELECT account_id, idx
FROM (
  SELECT i.account_id, d.idx
  FROM (SELECT account_id, started AS day FROM cut_intervals UNION SELECT account_id, ended FROM cut_intervals) AS i
  ASOF JOIN value_days AS d ON i.day <= d.day
  UNION
  SELECT f.account_id, f.idx FROM flows AS f
  UNION
  SELECT account_id, idx FROM members WHERE mask <> 0 AND status <= 0
  UNION
  SELECT account_id, idx + 1 FROM members WHERE status = 0
) AS found
WHERE idx > 1;

CREATE OR REPLACE TEMP TABLE seen AS
SELECT m.* FROM members AS m
SEMI JOIN (SELECT account_id, idx FROM eventful UNION SELECT account_id, idx - 1 FROM eventful) AS e
  ON e.account_id = m.account_id AND e.idx = m.idx;

CREATE OR REPLACE TEMP TABLE cohort_terms AS
SELECT c.slice_key, c.node, c.cohort, e.idx, CAST(sum(
  CASE WHEN NOT e.is_in THEN e.value_before
       WHEN e.was_in AND e.valued THEN -e.flow
       WHEN e.was_in THEN e.value_before - e.value
       WHEN e.status_before > 0 AND e.status > 0 THEN -e.value_before - e.flow
       WHEN e.status_before > 0 THEN -e.value
       ELSE -e.value
  END) AS BIGINT) AS other
FROM (
  SELECT n.node, a.client_id, v.idx, (n.mask & a.mask) <> 0 AS is_in, (n.mask & coalesce(b.mask, 0)) <> 0 AS was_in,
    a.status > 0 AND coalesce(b.status, 0) > 0 AS valued, a.status, coalesce(b.status, 0) AS status_before,
    a.value, coalesce(b.value, 0) AS value_before, CASE WHEN a.status < 0 THEN 0 ELSE coalesce(f.net_flow, 0) END AS flow
  FROM eventful AS v
  JOIN seen AS a ON a.account_id = v.account_id AND a.idx = v.idx
  LEFT JOIN seen AS b ON b.account_id = v.account_id AND b.idx = v.idx - 1
  LEFT JOIN flows AS f ON f.account_id = v.account_id AND f.idx = v.idx
  JOIN valued_nodes AS n ON (n.mask & (a.mask | coalesce(b.mask, 0))) <> 0
) AS e
JOIN cohort_clients AS c ON c.node = e.node AND c.client_id = e.client_id
GROUP BY c.slice_key, c.node, c.cohort, e.idx;

CREATE OR REPLACE TEMP TABLE cohort_days AS
SELECT k.slice_key, k.node, k.cohort, k.idx, coalesce(a.assets, 0) AS assets,
  coalesce(a.assets, 0) - coalesce(b.assets, 0) + coalesce(t.other, 0) AS market
FROM (
  SELECT slice_key, node, cohort, idx FROM cohort_assets
  UNION SELECT slice_key, node, cohort, idx + 1 FROM cohort_assets WHERE idx < (SELECT max(idx) FROM value_days)
) AS k
LEFT JOIN cohort_assets AS a ON a.slice_key = k.slice_key AND a.node = k.node AND a.cohort = k.cohort
  AND a.idx = k.idx
LEFT JOIN cohort_assets AS b ON b.slice_key = k.slice_key AND b.node = k.node AND b.cohort = k.cohort
  AND b.idx = k.idx - 1
LEFT JOIN cohort_terms AS t ON t.slice_key = k.slice_key AND t.node = k.node AND t.cohort = k.cohort
  AND t.idx = k.idx;
