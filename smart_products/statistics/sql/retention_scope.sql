-- Where each client stood on the day of his first signing: outlet and channel by his placement then, tier as it was
-- known (the lowest where it never was).
CREATE OR REPLACE TEMP TABLE stood AS
SELECT f.node, f.client_id, f.started, p.outlet, p.channel, coalesce(t.tier, 1) AS tier
FROM first_starts AS f
JOIN cut_placements AS p ON p.client_id = f.client_id AND p.valid_from <= f.started AND p.valid_to > f.started
LEFT JOIN :tiers AS t ON t.client_id = f.client_id AND t.node = f.node;
