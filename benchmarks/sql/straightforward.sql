-- One close the straightforward way: accounts joined to nodes through subscriptions, clients counted distinct, at the
-- grain node x outlet x tier x channel. DuckDB and PostgreSQL run the same text. What the service derives itself is
-- given here for nothing: each client's tier on both days, and each account's value and status of the day before.
WITH scope AS (
  SELECT n.node, s.client_id, s.account_id,
    bool_or(s.started <= :day AND s.ended > :day) AS is_in,
    bool_or(s.started <= :before AND s.ended > :before) AS was_in
  FROM peer_subscriptions AS s
  JOIN peer_node_products AS n ON n.product = s.product
  WHERE s.started <= :day AND s.ended > :before
  GROUP BY n.node, s.client_id, s.account_id
),
heads AS (
  SELECT n.node, s.client_id, min(s.started) AS first_start,
    bool_or(s.started <= :day AND s.ended > :day) AS is_in,
    bool_or(s.started <= :before AND s.ended > :before) AS was_in
  FROM peer_subscriptions AS s
  JOIN peer_node_products AS n ON n.product = s.product
  GROUP BY n.node, s.client_id
),
places AS (
  SELECT t.client_id, p.outlet, p.channel, t.tier, b.outlet AS outlet_before, b.channel AS channel_before,
    t.tier_before, (p.outlet, p.channel, t.tier) <> (b.outlet, b.channel, t.tier_before) AS has_moved
  FROM peer_tiers AS t
  JOIN peer_placements AS p ON p.client_id = t.client_id AND p.valid_from <= :day AND p.valid_to > :day
  JOIN peer_placements AS b ON b.client_id = t.client_id AND b.valid_from <= :before AND b.valid_to > :before
),
valued AS (
  SELECT a.account_id, coalesce(y.value, 0) AS value_before, coalesce(y.status, 0) > 0 AS known_before,
    CASE WHEN f.account_id IS NOT NULL THEN f.value WHEN y.status > 0 AND y.status <= :carry_days THEN y.value ELSE 0 END
      AS value,
    f.account_id IS NOT NULL OR coalesce(y.status > 0 AND y.status <= :carry_days, FALSE) AS known,
    coalesce(f.net_flow, 0) AS flow
  FROM peer_accounts AS a
  LEFT JOIN peer_facts AS f ON f.account_id = a.account_id
  LEFT JOIN peer_yesterday AS y ON y.account_id = a.account_id
),
money AS (
  SELECT s.node, s.client_id, s.account_id, s.is_in, s.was_in, v.value, v.value_before, p.outlet, p.channel, p.tier,
    p.outlet_before, p.channel_before, p.tier_before, p.has_moved,
    CASE WHEN s.was_in OR v.known_before THEN v.value_before ELSE v.value - v.flow END AS opening,
    CASE WHEN v.known AND v.known_before THEN v.flow
         WHEN s.was_in THEN v.value - v.value_before
         WHEN v.known OR NOT v.known_before THEN v.flow
         ELSE v.value - v.value_before END AS flow
  FROM scope AS s
  JOIN valued AS v ON v.account_id = s.account_id
  JOIN places AS p ON p.client_id = s.client_id
),
parts AS (
  SELECT node, outlet, tier, channel, account_id, client_id, value AS assets,
    CASE WHEN was_in THEN 0 ELSE opening END AS entered, 0 AS went, flow, value - opening - flow AS market,
    CASE WHEN was_in AND has_moved THEN value_before ELSE 0 END AS moved,
    0 AS first_time, 0 AS reactivated, 0 AS lapsed, 0 AS moved_clients
  FROM money WHERE is_in
  UNION ALL
  SELECT node, outlet_before, tier_before, channel_before, NULL, NULL, 0, 0,
    CASE WHEN is_in THEN 0 ELSE value_before END, 0, 0, CASE WHEN is_in THEN -value_before ELSE 0 END, 0, 0, 0, 0
  FROM money WHERE was_in AND (has_moved OR NOT is_in)
  UNION ALL
  SELECT h.node, p.outlet, p.tier, p.channel, NULL, NULL, 0, 0, 0, 0, 0, 0,
    CASE WHEN h.first_start > :before THEN 1 ELSE 0 END,
    CASE WHEN h.first_start <= :before AND h.is_in AND NOT h.was_in THEN 1 ELSE 0 END,
    CASE WHEN h.first_start > :before AND NOT h.is_in THEN 1 ELSE 0 END,
    CASE WHEN h.is_in AND h.was_in THEN 1 ELSE 0 END
  FROM heads AS h JOIN places AS p ON p.client_id = h.client_id
  WHERE h.first_start <= :day AND (h.first_start > :before OR h.is_in <> h.was_in OR (h.is_in AND p.has_moved))
  UNION ALL
  SELECT h.node, p.outlet_before, p.tier_before, p.channel_before, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0,
    CASE WHEN NOT h.is_in THEN 1 ELSE 0 END, CASE WHEN h.is_in THEN -1 ELSE 0 END
  FROM heads AS h JOIN places AS p ON p.client_id = h.client_id
  WHERE h.was_in AND (NOT h.is_in OR p.has_moved)
)
SELECT node, outlet, tier, channel, count(DISTINCT account_id) AS accounts, count(DISTINCT client_id) AS retained,
  sum(assets) AS assets, sum(entered) AS entered, sum(went) AS went, sum(flow) AS flow, sum(market) AS market,
  sum(moved) AS moved, sum(first_time) AS first_time, sum(reactivated) AS reactivated, sum(lapsed) AS lapsed,
  sum(moved_clients) AS moved_clients
FROM parts
GROUP BY node, outlet, tier, channel
