-- The clients of each slice asked for: under its unit, and under the unit that is broken down, as the tree stood at the
-- first signing; in its tier and channel, and in its population. No tier, no channel and an empty population stand for
-- all.
CREATE OR REPLACE TEMP TABLE scoped AS
SELECT 0 AS kind, a.slice_key, s.node, s.client_id
FROM stood AS s
JOIN edges AS e ON e.outlet = s.outlet AND e.valid_from <= s.started AND e.valid_to > s.started
JOIN edges AS w ON w.outlet = s.outlet AND w.valid_from <= s.started AND w.valid_to > s.started
JOIN asked_slices AS a ON a.unit = e.ancestor AND a.within = w.ancestor AND coalesce(a.tier, s.tier) = s.tier
  AND coalesce(a.channel, s.channel) = s.channel
WHERE a.population = ''
  OR EXISTS (SELECT 1 FROM people AS p WHERE p.population = a.population AND p.client_id = s.client_id);
