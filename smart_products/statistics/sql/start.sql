-- The state before the first fact day: nobody is known yet, and no day is gathered.
CREATE OR REPLACE TEMP TABLE accounts_before (
  account_id BIGINT, client_id BIGINT, source SMALLINT, mask BIGINT, client_mask BIGINT, ever BIGINT, slice BIGINT,
  signed SMALLINT, is_head BOOLEAN, has_open BOOLEAN, value BIGINT, flow BIGINT, status SMALLINT);
CREATE OR REPLACE TEMP TABLE first_signs (
  fact_day DATE, client_id BIGINT, node SMALLINT, started DATE, slice BIGINT, epoch DATE);
CREATE OR REPLACE TEMP TABLE tenure_180 (
  node SMALLINT, slice BIGINT, epoch DATE, observable BIGINT, retained BIGINT);
CREATE OR REPLACE TEMP TABLE marginals_before (
  kind SMALLINT, slice_key INTEGER, node SMALLINT, assets BIGINT, retained BIGINT);
CREATE OR REPLACE TEMP TABLE edges_before (outlet INTEGER, ancestor INTEGER);
CREATE OR REPLACE TEMP TABLE no_tiers (client_id BIGINT, tier SMALLINT);
