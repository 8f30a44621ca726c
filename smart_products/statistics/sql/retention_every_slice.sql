-- The slices in which retention is published: every unit on each level of the tree, every tier, every channel.
CREATE OR REPLACE TEMP TABLE scoped AS
SELECT 1 AS kind, e.ancestor AS slice_key, s.node, s.client_id
FROM stood AS s JOIN edges AS e ON e.outlet = s.outlet AND e.valid_from <= s.started AND e.valid_to > s.started
UNION ALL
SELECT 2, tier, node, client_id FROM stood
UNION ALL
SELECT 3, channel, node, client_id FROM stood;
