-- The clients of cohorts by node: in their outlet as it stood in the tree at their first signing, in their tier, in their
-- channel. Slices are kinds times :kinds and keys; a place in the tree stands for its outlet until it is rolled up.
CREATE OR REPLACE TEMP TABLE seats AS
SELECT :kinds + row_number() OVER (ORDER BY outlet, since) AS slice_key, outlet, since,
  coalesce(lead(since) OVER (PARTITION BY outlet ORDER BY since), DATE '9999-12-31') AS until
FROM (SELECT outlet, valid_from AS since FROM edges UNION SELECT outlet, valid_to FROM edges) AS borders
WHERE since < DATE '9999-12-31';

CREATE OR REPLACE TEMP TABLE seat_units AS
SELECT s.slice_key AS seat, :kinds + e.ancestor AS slice_key
FROM seats AS s JOIN edges AS e ON e.outlet = s.outlet AND e.valid_from <= s.since AND e.valid_to > s.since;

CREATE OR REPLACE TEMP TABLE valued_nodes AS FROM nodes ORDER BY node LIMIT :most OFFSET :begin;

CREATE OR REPLACE TEMP TABLE cohort_clients AS
SELECT unnest([s.slice_key, 2 * :kinds + f.tier, 3 * :kinds + f.channel]) AS slice_key, f.node, f.client_id, f.cohort
FROM (
  SELECT c.node, c.client_id, c.outlet, c.channel, c.tier, c.first_started, m.day AS cohort
  FROM (
    SELECT DISTINCT node, client_id, outlet, channel, tier, first_started FROM stretches
    WHERE node IN (SELECT node FROM valued_nodes) AND until = DATE '9999-12-31' AND first_started BETWEEN :known_from AND :month_end
  ) AS c
  ASOF JOIN month_ends AS m ON c.first_started <= m.day
) AS f
JOIN seats AS s ON s.outlet = f.outlet AND s.since <= f.first_started AND s.until > f.first_started;
