-- The state before the first fact day: nobody is known yet.
CREATE OR REPLACE TEMP TABLE accounts_before (
  account_id BIGINT, client_id BIGINT, source SMALLINT, mask BIGINT, slice BIGINT, signed SMALLINT, value BIGINT,
  flow BIGINT, status SMALLINT);
CREATE OR REPLACE TEMP TABLE levels_before (
  node SMALLINT, slice BIGINT, assets BIGINT, accounts BIGINT, funded BIGINT, retained BIGINT, on_books BIGINT);
CREATE OR REPLACE TEMP TABLE first_signs (
  client_id BIGINT, node SMALLINT, started DATE, slice BIGINT, is_retained BOOLEAN);
CREATE OR REPLACE TEMP TABLE tenure_180 (node SMALLINT, slice BIGINT, observable BIGINT, retained BIGINT);
CREATE OR REPLACE TEMP TABLE marginals_before (kind SMALLINT, slice_key INTEGER, node SMALLINT, assets BIGINT,
  retained BIGINT);
CREATE OR REPLACE TEMP TABLE edges_before (outlet INTEGER, ancestor INTEGER);
