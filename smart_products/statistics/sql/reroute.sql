-- An outlet that changed its place in the tree on :day takes along what it kept, and what left it stays behind.
INSERT INTO terms_spread (day, kind, slice_key, node, moved, moved_clients, lapsed, :left_columns)
SELECT :day, 1, e.ancestor, o.node,
  e.direction * (o.assets - coalesce(t.went, 0)), e.direction * (o.retained - coalesce(t.lapsed, 0)),
  -e.direction * coalesce(t.lapsed, 0), :left_signed
FROM (
  SELECT n.outlet, n.ancestor, 1 AS direction FROM edges_now AS n
  LEFT JOIN edges_before AS b ON b.outlet = n.outlet AND b.ancestor = n.ancestor WHERE b.outlet IS NULL
  UNION ALL
  SELECT b.outlet, b.ancestor, -1 FROM edges_before AS b
  LEFT JOIN edges_now AS n ON b.outlet = n.outlet AND b.ancestor = n.ancestor WHERE n.outlet IS NULL
) AS e
JOIN (
  SELECT outlet, node, sum(assets) AS assets, sum(retained) AS retained FROM (
    SELECT a.slice // 32768 AS outlet, n.node, a.value AS assets, 0 AS retained
    FROM accounts_start AS a JOIN nodes AS n ON (n.mask & a.mask) <> 0
    UNION ALL
    SELECT a.slice // 32768, n.node, 0, 1
    FROM accounts_start AS a JOIN nodes AS n ON (n.mask & a.client_mask) <> 0 WHERE a.is_head
  ) AS kept GROUP BY outlet, node
) AS o ON o.outlet = e.outlet
LEFT JOIN (
  SELECT slice // 32768 AS outlet, node, sum(lapsed) AS lapsed, sum(:left_total) AS went, :left_sums
  FROM terms WHERE day = :day GROUP BY 1, 2
) AS t ON t.outlet = o.outlet AND t.node = o.node;
