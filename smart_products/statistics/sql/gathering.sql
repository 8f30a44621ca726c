-- Empty tables in which the days of a batch gather what their figures need.
CREATE TABLE day_clients (
  day DATE, client_id BIGINT, mask BIGINT, mask_before BIGINT, ever BIGINT, ever_before BIGINT, slice BIGINT,
  slice_before BIGINT, is_new BOOLEAN);
CREATE TABLE day_restless (
  day DATE, account_id BIGINT, mask BIGINT, mask_before BIGINT, slice BIGINT, slice_before BIGINT, value BIGINT,
  value_before BIGINT, status SMALLINT, valued BOOLEAN, funded BOOLEAN, funded_before BOOLEAN,
  client_mask_before BIGINT, ever_before BIGINT, flow BIGINT, entry_value BIGINT, entry_flow BIGINT);
CREATE TABLE day_purse (day DATE, node SMALLINT, slice BIGINT, step BIGINT);
CREATE TABLE day_books (day DATE, slice BIGINT, step BIGINT);
CREATE TABLE day_cube (day DATE, mask BIGINT, slice BIGINT, assets BIGINT);
