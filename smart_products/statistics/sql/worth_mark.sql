-- One number for all that worth as of :as_of reads of a cut and of tiers: what starts or ends later does not change it.
CREATE OR REPLACE TEMP TABLE worth_mark AS
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
  UNION ALL
  SELECT CAST(hash(client_id, node, tier, fact_day) AS HUGEINT) FROM graded WHERE started <= :as_of
) AS parts;
