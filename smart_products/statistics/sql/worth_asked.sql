-- The clients of cohorts in each slice that was counted.
CREATE OR REPLACE TEMP TABLE valued_nodes AS FROM nodes;

CREATE OR REPLACE TEMP TABLE cohort_clients AS
SELECT c.slice_key, n.node, c.client_id, m.day AS cohort
FROM scoped AS c
JOIN places AS f ON f.day = c.first_started
JOIN month_ends AS m ON m.place = f.place
CROSS JOIN nodes AS n
WHERE c.is_cohort AND c.is_first;
