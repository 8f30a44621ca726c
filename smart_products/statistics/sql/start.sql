-- The accounts before the first fact day: nobody is known yet.
CREATE OR REPLACE TEMP TABLE accounts_before (
  account_id BIGINT, client_id BIGINT, source SMALLINT, mask BIGINT, client_mask BIGINT, ever BIGINT, slice BIGINT,
  signed SMALLINT, is_head BOOLEAN, has_open BOOLEAN, value BIGINT, status SMALLINT);
