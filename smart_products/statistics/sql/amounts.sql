-- What each client adds to the terms of money of one node in one slice, over the fact days in `fact_days` (place 0 is
-- the day that the period starts from). The members of a day tell what stood at its close, the facts what flowed; an
-- account that stood throughout, inside and with a value, is summed without looking at its days one by one.
CREATE OR REPLACE TEMP TABLE near_slices AS
SELECT slice, in_slice(slice) AND slice // 32768 IN (
  SELECT outlet FROM inside WHERE since <= :first AND until > :last) AS throughout
FROM (SELECT DISTINCT slice FROM :members WHERE (mask & :mask) <> 0) AS met
WHERE is_near(slice);

CREATE OR REPLACE TEMP TABLE stood AS
SELECT g.account_id, min(g.client_id) AS client_id,
  count(*) = 1 AND min(g.closes) = :days AND min(g.status) > 0 AND bool_and(s.throughout) AS still
FROM (
  SELECT account_id, slice, min(client_id) AS client_id, count(*) AS closes, min(status) AS status
  FROM :members
  WHERE (mask & :mask) <> 0 AND slice IN (SELECT slice FROM near_slices)
  GROUP BY account_id, slice
) AS g
JOIN near_slices AS s ON s.slice = g.slice
GROUP BY g.account_id;

-- The days of all others. state: 2 in scope, 1 on the node in another slice, 0 not on the node.
CREATE OR REPLACE TEMP TABLE paced AS
SELECT m.account_id, m.client_id, d.place, m.day, m.client_mask, m.ever, m.value, m.status,
  CASE WHEN (m.mask & :mask) = 0 THEN 0 WHEN is_inside(m.slice, m.day) THEN 2 ELSE 1 END AS state
FROM :members AS m
JOIN fact_days AS d ON d.day = m.day
WHERE m.account_id IN (SELECT account_id FROM stood WHERE NOT still);

CREATE OR REPLACE TEMP TABLE paces AS
SELECT a.account_id, a.client_id, a.day, b.day AS before, a.state, coalesce(b.state, 0) AS state_before, a.value,
  coalesce(b.value, 0) AS value_before, a.status, coalesce(b.status, 0) AS status_before, b.account_id IS NULL AS is_new,
  a.place, b.client_mask AS client_mask_before, b.ever AS ever_before,
  CASE WHEN a.status < 0 THEN 0 ELSE coalesce(f.net_flow, 0) END AS flow
FROM paced AS a
LEFT JOIN paced AS b ON b.account_id = a.account_id AND b.place = a.place - 1
LEFT JOIN :facts AS f ON f.account_id = a.account_id AND f.day = a.day
WHERE a.place > 0 AND (a.state = 2 OR b.state = 2);

-- A new account of a client who has others: what the client had the day before stands at his head.
CREATE OR REPLACE TEMP TABLE heads_before AS
SELECT m.client_id, d.place + 1 AS place, m.client_mask, m.ever
FROM :members AS m
JOIN fact_days AS d ON d.day = m.day
WHERE m.is_head AND m.client_id IN (SELECT client_id FROM paces WHERE is_new);

CREATE OR REPLACE TEMP TABLE reasons AS
SELECT account_id, day, reason
FROM (
  SELECT p.account_id, p.day, i.reason,
    row_number() OVER (PARTITION BY p.account_id, p.day ORDER BY i.ended DESC, i.reason) AS place
  FROM paces AS p
  JOIN :intervals AS i ON i.account_id = p.account_id AND i.ended > p.before AND i.ended <= p.day
  WHERE p.state = 0 AND (i.power & :mask) <> 0
) AS ends
WHERE place = 1;

CREATE OR REPLACE TEMP TABLE terms AS
SELECT client_id, why,
  CASE WHEN state_before = 0 THEN CASE WHEN status_before > 0 THEN value_before ELSE value - flow END ELSE 0 END AS entered,
  0 AS left_behind,
  CASE
    WHEN state_before = 0 THEN CASE WHEN status > 0 OR status_before <= 0 THEN flow ELSE value - value_before END
    WHEN status > 0 AND status_before > 0 THEN flow
    ELSE value - value_before
  END AS flow,
  CASE WHEN state_before = 1 THEN value_before ELSE 0 END AS moved
FROM (
  SELECT p.*,
    CASE
      WHEN coalesce(p.client_mask_before, h.client_mask, 0) <> 0 THEN :expanded
      WHEN coalesce(p.ever_before, h.ever, 0) <> 0 THEN :returned
      ELSE :newcomer
    END AS why
  FROM paces AS p
  LEFT JOIN heads_before AS h ON p.is_new AND h.client_id = p.client_id AND h.place = p.place
  WHERE p.state = 2
) AS inside
UNION ALL
SELECT p.client_id, coalesce(r.reason, :otherwise), 0, CASE WHEN p.state = 0 THEN p.value_before ELSE 0 END, 0,
  CASE WHEN p.state = 1 THEN -p.value_before ELSE 0 END
FROM paces AS p
LEFT JOIN reasons AS r ON r.account_id = p.account_id AND r.day = p.day
WHERE p.state_before = 2 AND p.state <> 2
UNION ALL
SELECT s.client_id, 0, 0, 0, f.net_flow, 0
FROM :facts AS f
JOIN stood AS s ON s.account_id = f.account_id AND s.still
JOIN fact_days AS d ON d.day = f.day AND d.place > 0
WHERE f.net_flow <> 0;

CREATE OR REPLACE TEMP TABLE ends AS
SELECT client_id, CASE WHEN day = :last THEN value ELSE 0 END AS now,
  CASE WHEN day = :first THEN value ELSE 0 END AS before
FROM :members
WHERE (day = :first OR day = :last) AND (mask & :mask) <> 0 AND is_inside(slice, day);

CREATE OR REPLACE TEMP TABLE amounts AS
SELECT client_id, CAST(sum(now) AS BIGINT) AS now, CAST(sum(before) AS BIGINT) AS before, :sums
FROM (
  SELECT client_id, now, before, 0 AS why, 0 AS entered, 0 AS left_behind, 0 AS flow, 0 AS moved FROM ends
  UNION ALL SELECT client_id, 0, 0, why, entered, left_behind, flow, moved FROM terms
) AS parts
GROUP BY client_id;
