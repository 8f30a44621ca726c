-- Empty tables in which the days of a batch gather what their figures need.
CREATE OR REPLACE TEMP TABLE day_clients (
  day DATE, client_id BIGINT, mask BIGINT, mask_before BIGINT, ever BIGINT, ever_before BIGINT, slice BIGINT,
  slice_before BIGINT);
CREATE OR REPLACE TEMP TABLE day_restless (
  day DATE, account_id BIGINT, mask BIGINT, mask_before BIGINT, slice BIGINT, slice_before BIGINT, value BIGINT,
  value_before BIGINT, status SMALLINT, valued BOOLEAN, client_mask_before BIGINT, ever_before BIGINT, flow BIGINT,
  entry_value BIGINT, entry_flow BIGINT);
CREATE OR REPLACE TEMP TABLE day_purse (day DATE, node SMALLINT, slice BIGINT, step BIGINT);
CREATE OR REPLACE TEMP TABLE day_cube (
  day DATE, mask BIGINT, head_mask BIGINT, slice BIGINT, assets BIGINT, accounts BIGINT, funded BIGINT, heads BIGINT,
  on_books BIGINT);
CREATE OR REPLACE TEMP TABLE purse_before AS
SELECT node, slice, count(*) AS funded FROM (
  SELECT a.client_id, n.node, a.slice + CASE WHEN a.slice % 8 = 0 THEN 1 ELSE 0 END AS slice
  FROM accounts_before AS a JOIN nodes AS n ON (n.mask & a.mask) <> 0
  WHERE a.signed > 1
  GROUP BY a.client_id, n.node, a.slice
  HAVING sum(a.value) > 0
) AS funded_clients
GROUP BY node, slice;
