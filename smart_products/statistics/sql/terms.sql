-- What changed in each cell beside the values: terms of money, movements of heads, and steps of the levels.
-- In :opening, the first fact day, levels step and no term stands.
CREATE OR REPLACE TEMP TABLE terms AS
SELECT CAST(node AS SMALLINT) AS node, slice,
  CAST(sum(accounts) AS BIGINT) AS accounts, CAST(sum(funded) AS BIGINT) AS funded, CAST(sum(retained) AS BIGINT) AS retained, CAST(sum(on_books) AS BIGINT) AS on_books,
  CAST(sum(carried_accounts) AS BIGINT) AS carried_accounts, CAST(sum(carried_value) AS BIGINT) AS carried_value,
  CAST(sum(unvalued_accounts) AS BIGINT) AS unvalued_accounts,
  CAST(sum(CASE WHEN enter_reason = 0 THEN entered ELSE 0 END) AS BIGINT) AS entered_new_client,
  CAST(sum(CASE WHEN enter_reason = 1 THEN entered ELSE 0 END) AS BIGINT) AS entered_returned_client,
  CAST(sum(CASE WHEN enter_reason = 2 THEN entered ELSE 0 END) AS BIGINT) AS entered_expanded,
  CAST(sum(CASE WHEN leave_reason = 0 THEN left_amount ELSE 0 END) AS BIGINT) AS left_account_closed,
  CAST(sum(CASE WHEN leave_reason = 1 THEN left_amount ELSE 0 END) AS BIGINT) AS left_withdrawn,
  CAST(sum(CASE WHEN leave_reason = 2 THEN left_amount ELSE 0 END) AS BIGINT) AS left_deceased,
  CAST(sum(CASE WHEN leave_reason = 3 THEN left_amount ELSE 0 END) AS BIGINT) AS left_terminated,
  CAST(sum(CASE WHEN leave_reason = 4 THEN left_amount ELSE 0 END) AS BIGINT) AS left_switched,
  CAST(sum(CASE WHEN leave_reason = 5 THEN left_amount ELSE 0 END) AS BIGINT) AS left_expired,
  CAST(sum(CASE WHEN leave_reason = 6 THEN left_amount ELSE 0 END) AS BIGINT) AS left_product_retired,
  CAST(sum(CASE WHEN leave_reason = 7 THEN left_amount ELSE 0 END) AS BIGINT) AS left_not_observed,
  CAST(sum(flow) AS BIGINT) AS flow, CAST(sum(moved) AS BIGINT) AS moved,
  CAST(sum(first_time) AS BIGINT) AS first_time, CAST(sum(passing) AS BIGINT) AS passing, CAST(sum(reactivated) AS BIGINT) AS reactivated, CAST(sum(lapsed) AS BIGINT) AS lapsed,
  CAST(sum(moved_clients) AS BIGINT) AS moved_clients
FROM (
  SELECT n.node, r.slice, 1 AS accounts, CASE WHEN r.signed = 1 AND r.value > 0 THEN 1 ELSE 0 END AS funded,
    0 AS retained, 0 AS on_books,
    CASE WHEN r.status > 1 THEN 1 ELSE 0 END AS carried_accounts,
    CASE WHEN r.status > 1 THEN r.value ELSE 0 END AS carried_value,
    CASE WHEN r.valued OR :opening THEN 0 ELSE 1 END AS unvalued_accounts,
    CASE WHEN :opening OR (n.mask & r.mask_before) <> 0 THEN 0 ELSE r.entry_value END AS entered,
    CASE WHEN r.client_mask_before <> 0 THEN 2 WHEN r.ever_before <> 0 THEN 1 ELSE 0 END AS enter_reason,
    0 AS left_amount, 0 AS leave_reason,
    CASE WHEN :opening THEN 0 WHEN (n.mask & r.mask_before) <> 0 THEN r.flow ELSE r.entry_flow END AS flow,
    CASE WHEN NOT :opening AND (n.mask & r.mask_before) <> 0 AND r.slice <> r.slice_before
         THEN r.value_before ELSE 0 END AS moved,
    0 AS first_time, 0 AS passing, 0 AS reactivated, 0 AS lapsed, 0 AS moved_clients
  FROM restless AS r JOIN nodes AS n ON (n.mask & r.mask) <> 0
  UNION ALL
  SELECT n.node, r.slice_before, -1, CASE WHEN r.signed_before = 1 AND r.value_before > 0 THEN -1 ELSE 0 END,
    0, 0, 0, 0, 0, 0, 0,
    CASE WHEN (n.mask & r.mask) = 0 THEN r.value_before ELSE 0 END, coalesce(e.reason, 3), 0,
    CASE WHEN (n.mask & r.mask) <> 0 AND r.slice <> r.slice_before THEN -r.value_before ELSE 0 END,
    0, 0, 0, 0, 0
  FROM restless AS r
  JOIN nodes AS n ON (n.mask & r.mask_before) <> 0
  LEFT JOIN ended_reasons AS e ON e.account_id = r.account_id AND e.node = n.node
  UNION ALL
  SELECT node, slice, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM (
    SELECT p.client_id, n.node, p.slice FROM shared_purse AS p JOIN nodes AS n ON (n.mask & p.mask) <> 0
    WHERE p.signed > 1 GROUP BY p.client_id, n.node, p.slice HAVING sum(p.value) > 0) AS funded_now
  UNION ALL
  SELECT node, slice_before, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM (
    SELECT p.client_id, n.node, p.slice_before FROM shared_purse AS p JOIN nodes AS n ON (n.mask & p.mask_before) <> 0
    WHERE p.signed_before > 1 GROUP BY p.client_id, n.node, p.slice_before
    HAVING sum(p.value_before) > 0) AS funded_before
  UNION ALL
  SELECT n.node, c.slice, 0, 0, CASE WHEN (n.mask & c.mask) <> 0 THEN 1 ELSE 0 END, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    CASE WHEN NOT :opening AND (n.mask & c.ever_before) = 0 THEN 1 ELSE 0 END,
    CASE WHEN NOT :opening AND (n.mask & c.ever_before) = 0 AND (n.mask & c.mask) = 0 THEN 1 ELSE 0 END,
    CASE WHEN NOT :opening AND (n.mask & c.ever_before) <> 0 AND (n.mask & c.mask_before) = 0
              AND (n.mask & c.mask) <> 0 THEN 1 ELSE 0 END,
    0,
    CASE WHEN (n.mask & c.mask) <> 0 AND (n.mask & c.mask_before) <> 0 AND c.slice <> c.slice_before AND NOT :opening
         THEN 1 ELSE 0 END
  FROM heads AS c JOIN nodes AS n ON (n.mask & c.ever) <> 0
  UNION ALL
  SELECT n.node, c.slice_before, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    CASE WHEN (n.mask & c.mask) = 0 THEN 1 ELSE 0 END,
    CASE WHEN (n.mask & c.mask) <> 0 AND c.slice <> c.slice_before THEN -1 ELSE 0 END
  FROM heads AS c JOIN nodes AS n ON (n.mask & c.mask_before) <> 0
  WHERE NOT :opening
  UNION ALL
  SELECT 0, c.slice, 0, 0, 0, c.open_now, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM heads AS c WHERE c.open_now > 0
  UNION ALL
  SELECT 0, c.slice_before, 0, 0, 0, -c.open_before, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  FROM heads AS c WHERE c.open_before > 0 AND NOT :opening
) AS parts
GROUP BY node, slice;
