-- Terms of money and movements of heads in each cell of the days gathered. On an opening no term stands.
CREATE OR REPLACE TEMP TABLE ended_reasons AS
SELECT day, account_id, node, reason FROM (
  SELECT d.day, i.account_id, n.node, i.reason,
    row_number() OVER (PARTITION BY d.day, i.account_id, n.node ORDER BY i.ended DESC, i.reason) AS place
  FROM cut_intervals AS i
  JOIN batch AS d ON i.ended > d.before AND i.ended <= d.day
  JOIN nodes AS n ON (n.mask & i.power) <> 0
) AS latest_end
WHERE place = 1;

CREATE OR REPLACE TEMP TABLE terms AS
SELECT day, CAST(node AS SMALLINT) AS node, slice, :sums
FROM (
  SELECT r.day, n.node, r.slice, 1 AS accounts, CASE WHEN r.funded THEN 1 ELSE 0 END AS funded,
    CASE WHEN r.status > 1 THEN 1 ELSE 0 END AS carried_accounts,
    CASE WHEN r.status > 1 THEN r.value ELSE 0 END AS carried_value,
    CASE WHEN r.valued OR d.opening THEN 0 ELSE 1 END AS unvalued_accounts,
    CASE WHEN d.opening OR (n.mask & r.mask_before) <> 0 OR r.client_mask_before <> 0 OR r.ever_before <> 0
         THEN 0 ELSE r.entry_value END AS entered_new_client,
    CASE WHEN d.opening OR (n.mask & r.mask_before) <> 0 OR r.client_mask_before <> 0 OR r.ever_before = 0
         THEN 0 ELSE r.entry_value END AS entered_returned_client,
    CASE WHEN d.opening OR (n.mask & r.mask_before) <> 0 OR r.client_mask_before = 0
         THEN 0 ELSE r.entry_value END AS entered_expanded,
    0 AS left_account_closed, 0 AS left_withdrawn, 0 AS left_deceased, 0 AS left_terminated, 0 AS left_switched,
    0 AS left_expired, 0 AS left_product_retired, 0 AS left_not_observed,
    CASE WHEN d.opening THEN 0 WHEN (n.mask & r.mask_before) <> 0 THEN r.flow ELSE r.entry_flow END AS flow,
    CASE WHEN NOT d.opening AND (n.mask & r.mask_before) <> 0 AND r.slice <> r.slice_before
         THEN r.value_before ELSE 0 END AS moved,
    0 AS first_time, 0 AS passing, 0 AS reactivated, 0 AS lapsed, 0 AS moved_clients
  FROM day_restless AS r
  JOIN batch AS d ON d.day = r.day
  JOIN nodes AS n ON (n.mask & r.mask) <> 0
  UNION ALL
  SELECT r.day, n.node, r.slice_before, -1, CASE WHEN r.funded_before THEN -1 ELSE 0 END, 0, 0, 0, 0, 0, 0,
    CASE WHEN (n.mask & r.mask) = 0 AND e.reason = 0 THEN r.value_before ELSE 0 END,
    CASE WHEN (n.mask & r.mask) = 0 AND e.reason = 1 THEN r.value_before ELSE 0 END,
    CASE WHEN (n.mask & r.mask) = 0 AND e.reason = 2 THEN r.value_before ELSE 0 END,
    CASE WHEN (n.mask & r.mask) = 0 AND coalesce(e.reason, 3) = 3 THEN r.value_before ELSE 0 END,
    CASE WHEN (n.mask & r.mask) = 0 AND e.reason = 4 THEN r.value_before ELSE 0 END,
    CASE WHEN (n.mask & r.mask) = 0 AND e.reason = 5 THEN r.value_before ELSE 0 END,
    CASE WHEN (n.mask & r.mask) = 0 AND e.reason = 6 THEN r.value_before ELSE 0 END,
    CASE WHEN (n.mask & r.mask) = 0 AND e.reason = 7 THEN r.value_before ELSE 0 END,
    0,
    CASE WHEN (n.mask & r.mask) <> 0 AND r.slice <> r.slice_before THEN -r.value_before ELSE 0 END,
    0, 0, 0, 0, 0
  FROM day_restless AS r
  JOIN nodes AS n ON (n.mask & r.mask_before) <> 0
  LEFT JOIN ended_reasons AS e ON e.day = r.day AND e.account_id = r.account_id AND e.node = n.node
  UNION ALL
  SELECT c.day, n.node, c.slice, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    CASE WHEN (n.mask & c.ever_before) = 0 THEN 1 ELSE 0 END,
    CASE WHEN (n.mask & c.ever_before) = 0 AND (n.mask & c.mask) = 0 THEN 1 ELSE 0 END,
    CASE WHEN (n.mask & c.ever_before) <> 0 AND (n.mask & c.mask_before) = 0 AND (n.mask & c.mask) <> 0
         THEN 1 ELSE 0 END,
    0,
    CASE WHEN (n.mask & c.mask) <> 0 AND (n.mask & c.mask_before) <> 0 AND c.slice <> c.slice_before THEN 1 ELSE 0 END
  FROM day_clients AS c
  JOIN batch AS d ON d.day = c.day AND NOT d.opening
  JOIN nodes AS n ON (n.mask & c.ever) <> 0
  UNION ALL
  SELECT c.day, n.node, c.slice_before, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    CASE WHEN (n.mask & c.mask) = 0 THEN 1 ELSE 0 END,
    CASE WHEN (n.mask & c.mask) <> 0 AND c.slice <> c.slice_before THEN -1 ELSE 0 END
  FROM day_clients AS c
  JOIN nodes AS n ON (n.mask & c.mask_before) <> 0
  UNION ALL
  SELECT day, node, slice, 0, step, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM day_purse
) AS parts
GROUP BY day, node, slice
HAVING :any_of;
