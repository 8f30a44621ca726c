-- The state before the first fact day: nobody is known yet, and no day is gathered.
CREATE OR REPLACE TEMP TABLE accounts_before (
  account_id BIGINT, client_id BIGINT, source SMALLINT, mask BIGINT, client_mask BIGINT, ever BIGINT, slice BIGINT,
  signed SMALLINT, is_head BOOLEAN, has_open BOOLEAN, value BIGINT, status SMALLINT);
CREATE OR REPLACE TEMP TABLE chain_signs (
  fact_day DATE, client_id BIGINT, node SMALLINT, started DATE, slice BIGINT, epoch DATE, regraded BOOLEAN);
CREATE OR REPLACE TEMP VIEW stored_signs AS SELECT * FROM chain_signs WHERE FALSE;
CREATE OR REPLACE TEMP TABLE marginals_before (
  kind SMALLINT, slice_key INTEGER, node SMALLINT, assets BIGINT, accounts BIGINT, funded BIGINT,
  retained BIGINT, on_books BIGINT, first_clients BIGINT, first_retained BIGINT, first_started BIGINT,
  observable BIGINT, retained_180 BIGINT);
CREATE OR REPLACE TEMP TABLE edges_before (outlet INTEGER, ancestor INTEGER);
