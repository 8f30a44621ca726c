-- The figures before the first fact day: no first signing, and no level.
CREATE OR REPLACE TEMP TABLE chain_signs (
  fact_day DATE, client_id BIGINT, node SMALLINT, started DATE, slice BIGINT, epoch DATE, regraded BOOLEAN);
CREATE OR REPLACE TEMP VIEW stored_signs AS SELECT * FROM chain_signs WHERE FALSE;
CREATE OR REPLACE TEMP TABLE marginals_before (
  kind SMALLINT, slice_key INTEGER, node SMALLINT, assets BIGINT, accounts BIGINT, funded BIGINT,
  retained BIGINT, on_books BIGINT, first_clients BIGINT, first_retained BIGINT, first_started BIGINT,
  observable BIGINT, retained_180 BIGINT);
