-- One number for all that retention as of :as_of reads of a cut: what starts or ends later does not change it.
CREATE OR REPLACE TEMP TABLE retention_mark AS
SELECT sum(mark) AS mark FROM (
  SELECT CAST(hash(client_id, account_id, power, started, CASE WHEN ended > :as_of THEN NULL ELSE ended END,
    CASE WHEN ended > :as_of THEN NULL ELSE reason END) AS HUGEINT) AS mark
  FROM cut_intervals WHERE started <= :as_of
  UNION ALL
  SELECT CAST(hash(client_id, valid_from, outlet, channel) AS HUGEINT) FROM cut_placements WHERE valid_from <= :as_of
  UNION ALL
  SELECT CAST(hash(outlet, ancestor, valid_from) AS HUGEINT) FROM edges WHERE valid_from <= :as_of
  UNION ALL
  SELECT CAST(hash(node, mask) AS HUGEINT) FROM nodes
) AS parts;
